import { createHash } from 'node:crypto'

/** HTML that may be put into a page as it is. */
export class Html {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

type Part = Html | string | number | readonly Part[] | null

/** Everything put into the template is escaped unless it is `Html` itself. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.map((text, i) => text + render(parts[i] ?? null)).join(''))
}

function render(part: Part): string {
  if (part === null) return ''
  if (part instanceof Html) return part.text
  if (typeof part === 'string' || typeof part === 'number') return escapeHtml(String(part))
  return part.map(render).join('')
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escapeHtml = (text: string) => text.replace(/[&<>"']/g, (char) => entities[char] ?? '')

/** Backquotes become code, a link where they hold an address of the docs; nothing else of Markdown is used. */
export function prose(text = ''): Html {
  const pieces = text.split('`').map((piece, i) => (i % 2 === 1 ? code(piece) : html`${piece}`))
  return html`${pieces}`
}

function code(text: string): Html {
  return text.startsWith('/docs/') ? html`<a href="${text}">${text}</a>` : html`<code>${text}</code>`
}

export interface Page {
  readonly body: string
  /** Lets the page's own style and script run and nothing else, from nowhere else. */
  readonly contentSecurityPolicy: string
}

export function page(title: string, content: Html, style: string, script = ''): Page {
  const allow = (source: string) => (source === '' ? "'none'" : `'sha256-${hash(source)}'`)
  return {
    body: html`<!doctype html>
      <html lang="en">
        <head>
          <meta charset="utf-8" />
          <meta name="viewport" content="width=device-width, initial-scale=1" />
          <meta name="color-scheme" content="light dark" />
          <title>${title}</title>
          <link rel="icon" href="data:," />
          ${new Html(`<style>${style}</style>`)}
        </head>
        <body>
          ${content} ${script === '' ? null : new Html(`<script>${script}</script>`)}
        </body>
      </html> `.text,
    contentSecurityPolicy: [
      "default-src 'none'",
      `style-src ${allow(style)}`,
      `script-src ${allow(script)}`,
      'img-src data:',
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ].join('; '),
  }
}

function hash(source: string): string {
  return createHash('sha256').update(source).digest('base64')
}

export const baseStyle = `
:root { color-scheme: light dark; --ink: #1c2024; --soft: #5b6470; --line: #d9dee4; --paper: #fff; --tint: #f4f6f8; --accent: #0b6b4f }
@media (prefers-color-scheme: dark) {
  :root { --ink: #e6e9ec; --soft: #9aa4af; --line: #333a42; --paper: #14171a; --tint: #1d2126; --accent: #5fd0a8 }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.55 system-ui, sans-serif }
a { color: var(--accent) }
:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px }
code, pre { font: 0.875em/1.5 ui-monospace, monospace }
code { background: var(--tint); border-radius: 3px; padding: 0.1em 0.3em }
pre { background: var(--tint); border: 1px solid var(--line); border-radius: 6px; padding: 0.75rem; overflow-x: auto; margin: 0.5rem 0 }
pre code { background: none; padding: 0 }
`
