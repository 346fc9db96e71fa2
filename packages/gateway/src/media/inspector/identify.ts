import { open } from 'node:fs/promises'
import { extname } from 'node:path'
import { fileTypeFromFile } from 'file-type'

interface Claim {
  readonly declared: string | null
  readonly name: string | null
}

const unknown = 'application/octet-stream'
const sniffed = 4096

/** What a text is called by the end of its name. */
const texts: ReadonlyMap<string, string> = new Map([
  ['.txt', 'text/plain'],
  ['.log', 'text/plain'],
  ['.csv', 'text/csv'],
  ['.md', 'text/markdown'],
  ['.html', 'text/html'],
  ['.htm', 'text/html'],
  ['.css', 'text/css'],
  ['.js', 'text/javascript'],
  ['.json', 'application/json'],
  ['.xml', 'application/xml'],
  ['.yaml', 'application/yaml'],
  ['.yml', 'application/yaml'],
  ['.vcf', 'text/vcard'],
  ['.ics', 'text/calendar'],
  ['.svg', 'image/svg+xml'],
])
const isTextType = (type: string): boolean => type.startsWith('text/') || [...texts.values()].includes(type)

/** Containers whose first bytes do not tell what is in them. */
const contents: ReadonlyMap<string, ReadonlyMap<string, string>> = new Map([
  [
    'application/x-cfb',
    new Map([
      ['.doc', 'application/msword'],
      ['.xls', 'application/vnd.ms-excel'],
      ['.ppt', 'application/vnd.ms-powerpoint'],
      ['.msg', 'application/vnd.ms-outlook'],
    ]),
  ],
  [
    'application/zip',
    new Map([
      ['.apk', 'application/vnd.android.package-archive'],
      ['.docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
      ['.xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
      ['.pptx', 'application/vnd.openxmlformats-officedocument.presentationml.presentation'],
      ['.jar', 'application/java-archive'],
    ]),
  ],
])

/** Types that always show in the first bytes: a file without them is no such file, whatever it says. */
const shown = /^(?:image|audio|video|font)\/|^application\/(?:pdf|zip|gzip|x-7z|x-rar|vnd\.(?:ms-|openxml|oasis|rar))/

export async function identify(path: string, { declared, name }: Claim): Promise<string> {
  const found = (await fileTypeFromFile(path))?.mime
  const extension = extname(name ?? '').toLowerCase()
  const said = essence(declared)
  // XML of any kind is a text to us: what it is called decides, as for others.
  if (found !== undefined && found !== 'application/xml') return inside(found, extension, said)
  const head = await firstBytes(path)
  if (!isText(head)) return said !== undefined && !shown.test(said) && !isTextType(said) ? said : unknown
  if (/^\s*<(?:!doctype\s+html|html)\b/i.test(head.toString('latin1'))) return 'text/html'
  if (said !== undefined && isTextType(said)) return said
  return texts.get(extension) ?? 'text/plain'
}

function inside(found: string, extension: string, said: string | undefined): string {
  const possible = contents.get(found)
  if (possible === undefined) return found
  const byName = possible.get(extension)
  if (byName !== undefined) return byName
  return said !== undefined && [...possible.values()].includes(said) ? said : found
}

/** A media type without parameters, as far as it is one. */
function essence(declared: string | null): string | undefined {
  const [type = ''] = (declared ?? '').toLowerCase().split(';')
  return /^[a-z0-9][a-z0-9.+-]{0,63}\/[a-z0-9][a-z0-9.+-]{0,127}$/.test(type.trim()) ? type.trim() : undefined
}

async function firstBytes(path: string): Promise<Buffer> {
  const file = await open(path)
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(sniffed), 0, sniffed, 0)
    return buffer.subarray(0, bytesRead)
  } finally {
    await file.close()
  }
}

const escape = 0x1b
const isControl = (byte: number): boolean => byte < 0x20 && !(byte >= 0x09 && byte <= 0x0d) && byte !== escape

/** UTF-8, of which the last letter may be cut off, without the control characters that no text has. */
function isText(head: Buffer): boolean {
  if (head.some(isControl)) return false
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(head, { stream: true })
    return true
  } catch {
    return false
  }
}
