/**
 * Undefined for what is no URL. Tried, and not asked first: once `URL.canParse` is compiled, Node 20 has it read bytes beyond
 * ASCII as another text, and the constructor throws over what it has said yes to.
 */
export function parsedUrl(text: string, base?: URL): URL | undefined {
  try {
    return new URL(text, base)
  } catch {
    return undefined
  }
}
