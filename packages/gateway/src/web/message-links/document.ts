import { createHash } from 'node:crypto'
import type { ChatTarget } from '../../core/message-links/message-links.js'
import type { LinkPageLocale } from '../../core/link-pages/link-page.js'
import { Html, html } from '../html.js'
import { linkWords } from './words.js'

const style = `:root{color-scheme:light dark;--ink:#17211c;--paper:#fff;--ground:#f3f6f4;--accent:#0a6b4b;--on:#fff}
@media(prefers-color-scheme:dark){:root{--ink:#e8eeea;--paper:#171d1a;--ground:#0e1210;--accent:#5fd3a7;--on:#06251a}}
body{margin:0;min-height:100vh;display:grid;place-items:center;background:var(--ground);color:var(--ink);font:1.0625rem/1.5 system-ui,sans-serif}
main{max-width:26rem;margin:1rem;padding:2rem;border-radius:20px;background:var(--paper);text-align:center;overflow-wrap:anywhere}
h1{margin:0 0 .75rem;font-size:1.4rem;line-height:1.25}
p{margin:0;white-space:pre-line}
a{display:block;margin-top:1rem;color:var(--accent)}
a.button{padding:.8rem;border-radius:12px;background:var(--accent);color:var(--on);text-decoration:none}`

/** No script and nothing from elsewhere: only this one style, by its digest. */
export const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ')

/** Plain words, written by us or by whoever owns the link, which are text and nothing else. */
export function wordsDocument(language: LinkPageLocale, title: string, text: string): string {
  return frame(language, title, html`<p>${text}</p>`)
}

/** For browsers inside of other apps, where only a tap leads to WhatsApp. */
export function tapDocument(language: LinkPageLocale, { web, app }: ChatTarget): string {
  const { openTitle, openApp, openWeb } = linkWords[language]
  const content = html`<a class="button" href="${app}" rel="noreferrer">${openApp}</a>
    <a href="${web}" rel="noreferrer">${openWeb}</a>`
  return frame(language, openTitle, content)
}

function frame(language: LinkPageLocale, title: string, content: Html): string {
  return html`<!doctype html>
    <html lang="${language}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="robots" content="noindex, nofollow" />
        <title>${title}</title>
        <link rel="icon" href="data:," />
        ${new Html(`<style>${style}</style>`)}
      </head>
      <body>
        <main>
          <h1>${title}</h1>
          ${content}
        </main>
      </body>
    </html>`.text
}
