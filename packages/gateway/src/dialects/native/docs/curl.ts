/** A call to copy into a shell; `$GANGWAY` is the address of the gateway and `$KEY` an API key. */
export function curl(method: string, path: string, body: unknown): string {
  const parts = [`curl ${method === 'GET' ? '' : `-X ${method} `}"$GANGWAY${path}"`, `-H "Authorization: Bearer $KEY"`]
  if (body !== undefined) parts.push(`--json '${JSON.stringify(body).replaceAll("'", "'\\''")}'`)
  return parts.join(' \\\n  ')
}
