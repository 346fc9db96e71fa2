import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { style } from './style.js'

export interface BrowserFile {
  readonly type: string
  readonly plain: Buffer
  readonly zipped: Buffer
}

export interface BrowserFiles {
  /** Changes with the content, so that a browser may keep what it has for ever. */
  readonly version: string
  readonly files: ReadonlyMap<string, BrowserFile>
}

/** `main.js` asks for the others. */
export const scripts = ['main.js', 'connection.js', 'countdown.js', 'screen.js', 'elements.js'] as const
const types = { css: 'text/css; charset=utf-8', js: 'text/javascript; charset=utf-8' } as const

/** What the page is made of beside its HTML. */
export function browserFiles(): BrowserFiles {
  const code = scripts.map((name) => [name, readFileSync(new URL(`./browser/${name}`, import.meta.url))] as const)
  const contents = [['page.css', Buffer.from(style)] as const, ...code]
  const hash = createHash('sha256')
  for (const [name, bytes] of contents) hash.update(name).update(bytes)
  const files = contents.map(([name, plain]) => {
    const type = types[name.endsWith('.css') ? 'css' : 'js']
    return [name, { type, plain, zipped: gzipSync(plain, { level: 9 }) }] as const
  })
  return { version: hash.digest('hex').slice(0, 16), files: new Map(files) }
}
