import { createHash, createHmac, randomUUID } from 'node:crypto'

export interface Key {
  readonly id: string
  readonly secret: string
}

export interface Ask {
  readonly method?: 'GET' | 'POST'
  readonly action: string
  readonly version?: string
  readonly query?: Readonly<Record<string, string>>
  readonly form?: Readonly<Record<string, string>>
  readonly nonce?: string
  readonly at: Date
  /** More headers, which are signed where they have to be. */
  readonly headers?: Readonly<Record<string, string>>
  readonly contentType?: string
}

/** A request that is ready to be sent. */
export interface Signed {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export const timeOf = (at: Date): string => at.toISOString().replace(/\.\d+Z$/, 'Z')

const quote = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

const pairs = (fields: Readonly<Record<string, string>>): string =>
  Object.entries(fields)
    .map(([name, value]) => `${quote(name)}=${quote(value)}`)
    .sort()
    .join('&')

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex')

const formType = 'application/x-www-form-urlencoded'

/** As clients of today sign: ACS3-HMAC-SHA256. */
export function signAcs3(key: Key, host: string, ask: Ask): Signed {
  const { method = 'POST', action, version = '2020-06-06', query = {}, form = {}, nonce = randomUUID(), at } = ask
  const body = method === 'GET' ? '' : pairs(form)
  const headers: Record<string, string> = {
    host,
    ...(method === 'GET' ? {} : { 'content-type': ask.contentType ?? formType }),
    'x-acs-action': action,
    'x-acs-content-sha256': sha256(body),
    'x-acs-date': timeOf(at),
    'x-acs-signature-nonce': nonce,
    'x-acs-version': version,
    ...ask.headers,
  }
  const names = Object.keys(headers).sort()
  const lines = names.map((name) => `${name}:${headers[name] ?? ''}\n`).join('')
  const request = `${method}\n/\n${pairs(query)}\n${lines}\n${names.join(';')}\n${sha256(body)}`
  const signature = createHmac('sha256', key.secret)
    .update(`ACS3-HMAC-SHA256\n${sha256(request)}`)
    .digest('hex')
  const authorization = `ACS3-HMAC-SHA256 Credential=${key.id},SignedHeaders=${names.join(';')},Signature=${signature}`
  return { method, path: pathOf(query), headers: { ...headers, authorization }, body }
}

/** As older clients sign: HMAC-SHA1 over parameters, which all stand in the query of a GET and in the form of a POST. */
export function signRpc(key: Key, host: string, ask: Ask): Signed {
  const { method = 'POST', action, version = '2020-06-06', query = {}, form = {}, nonce = randomUUID(), at } = ask
  const common = {
    Action: action,
    Version: version,
    Format: 'JSON',
    AccessKeyId: key.id,
    SignatureMethod: 'HMAC-SHA1',
    SignatureVersion: '1.0',
    SignatureNonce: nonce,
    Timestamp: timeOf(at),
  }
  const all = { ...common, ...query, ...form }
  const text = `${method}&%2F&${quote(pairs(all))}`
  const Signature = createHmac('sha1', `${key.secret}&`).update(text).digest('base64')
  const type = { 'content-type': formType }
  const headers = { host, ...(method === 'GET' ? {} : type), ...ask.headers }
  if (method === 'GET') return { method, path: pathOf({ ...all, Signature }), headers, body: '' }
  return { method, path: pathOf(query), headers, body: pairs({ ...common, ...form, Signature }) }
}

const pathOf = (query: Readonly<Record<string, string>>): string =>
  Object.keys(query).length === 0 ? '/' : `/?${pairs(query)}`

export const signers = { 'ACS3-HMAC-SHA256': signAcs3, 'HMAC-SHA1': signRpc } as const
export type SignerName = keyof typeof signers
export const signerNames = Object.keys(signers) as readonly SignerName[]
