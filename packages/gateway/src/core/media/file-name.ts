const longest = 255

/** A name as somebody gave it, without folders and what no name has; null where nothing is left. */
export function fileName(given: string | null | undefined): string | null {
  const last = (given ?? '').split(/[\\/]/).at(-1) ?? ''
  const plain = last.replace(/\p{Cc}|\p{Cf}|\p{Cs}/gu, '').trim()
  if (plain === '' || plain === '.' || plain === '..') return null
  return shortened(plain)
}

/** The end stays: it says what the file is. */
function shortened(name: string): string {
  if (name.length <= longest) return name
  const [extension = ''] = /\.[^.]{1,16}$/.exec(name) ?? []
  return `${name.slice(0, longest - extension.length)}${extension}`
}

/** What a fetched file is called: as its server says (RFC 6266), or as its address ends. */
export function fetchedName(disposition: string | undefined, url: URL): string | null {
  const [, encoded] = /\bfilename\*\s*=\s*utf-8'[^']*'([^;\s]+)/i.exec(disposition ?? '') ?? []
  const [, quoted, plain] = /\bfilename\s*=\s*(?:"((?:[^"\\]|\\.)*)"|([^;\s]+))/i.exec(disposition ?? '') ?? []
  const said = decoded(encoded) ?? quoted?.replace(/\\(.)/g, '$1') ?? plain
  return fileName(said) ?? fileName(decoded(url.pathname.split('/').at(-1)))
}

function decoded(text: string | undefined): string | undefined {
  try {
    return text === undefined ? undefined : decodeURIComponent(text)
  } catch {
    return undefined
  }
}
