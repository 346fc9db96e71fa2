/** What browsers show without running any of it. Everything else is saved: SVG and HTML would run as this site. */
const shown = /^(?:image\/(?:jpeg|png|webp|gif)|audio\/[\w.+-]+|video\/[\w.+-]+|application\/pdf)$/

/** Whether a file is shown or saved, and under which name (RFC 6266, RFC 8187). */
export function contentDisposition(mimetype: string, name: string | null): string {
  const way = shown.test(essence(mimetype)) ? 'inline' : 'attachment'
  if (name === null) return way
  const plain = name.replace(/[^\x20-\x7e]|["\\%]/g, '_')
  const encoded = encodeURIComponent(wellFormed(name)).replace(/['()*]/g, (character) => {
    return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
  })
  return `${way}; filename="${plain}"; filename*=UTF-8''${encoded}`
}

/** A type that a header can carry. What a sender says may be anything. */
export function contentType(mimetype: string): string {
  const type = essence(mimetype)
  if (!/^[a-z0-9][a-z0-9.+-]{0,63}\/[a-z0-9][a-z0-9.+-]{0,127}$/.test(type)) return 'application/octet-stream'
  const [codecs] = /;\s*codecs=[\w.,"-]+$/.exec(mimetype) ?? ['']
  return type.startsWith('text/') ? `${type}; charset=utf-8` : `${type}${codecs}`
}

function essence(mimetype: string): string {
  return (mimetype.split(';')[0] ?? '').trim().toLowerCase()
}

/** Half of a pair of surrogates cannot be encoded. */
function wellFormed(text: string): string {
  return Buffer.from(text).toString()
}
