import { errorCodes } from '../../../core/errors/gateway-error.js'
import { faces } from '../errors.js'
import { baseStyle, html, type Page, page } from './html.js'

const style = `${baseStyle}
main { max-width: 46rem; margin: 0 auto; padding: 2rem 1rem }
dt { margin-top: 1.25rem; font-weight: 600 }
dt:target { background: var(--tint) }
dd { margin: 0.25rem 0 0 }
`

/** Where the `type` of every problem document leads. */
export function errorsPage(): Page {
  const entries = errorCodes.map((code) => {
    const { status, title, detail } = faces[code]
    return html`<dt id="${code}"><code>${code}</code></dt>
      <dd>${title}. Status ${status}.${detail === undefined ? '' : ` ${detail}`}</dd>`
  })
  const content = html`<main>
    <p><a href="/docs">Reference</a></p>
    <h1>Error codes</h1>
    <p>
      Every error is an RFC 9457 problem document. Its <code>code</code> is stable; <code>detail</code> is for people
      and may change.
    </p>
    <dl>${entries}</dl>
  </main>`
  return page('Error codes · Gangway', content, style)
}
