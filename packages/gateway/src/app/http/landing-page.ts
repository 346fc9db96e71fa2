import { baseStyle, html, type Page, page } from '../../dialects/native/docs/html.js'

const style = `${baseStyle}
main { max-width: 44rem; margin: 0 auto; padding: 3rem 1rem }
`

/** What somebody sees who opens the address of the gateway in a browser. */
export function landingPage(publicUrl: string): Page {
  const base = publicUrl.replace(/\/$/, '')
  const steps = `export GANGWAY=${base} KEY=…      # the admin key was shown at the first start

# 1. An instance holds one account. "sandbox" needs no real phone; "whatsapp" does.
curl "$GANGWAY/api/v1/instances" -H "Authorization: Bearer $KEY" \\
  --json '{"name": "My first account", "network": "sandbox"}'

# 2. Ask for the QR, with the id from the answer.
curl "$GANGWAY/api/v1/instances/$ID/link" -H "Authorization: Bearer $KEY" --json '{"method": "qr"}'
curl "$GANGWAY/api/v1/instances/$ID/link/qr.png" -H "Authorization: Bearer $KEY" -o qr.png

# 3. Scan it: WhatsApp > Linked devices > Link a device. Then this answers "linked".
curl "$GANGWAY/api/v1/instances/$ID/link?wait=60" -H "Authorization: Bearer $KEY"`
  const content = html`<main>
    <h1>Gangway</h1>
    <p>
      A self-hosted gateway to WhatsApp: it links accounts by QR or code, keeps them linked, and carries messages both
      ways.
    </p>
    <ul>
      <li><a href="/docs">API reference</a> and its <a href="/openapi.json">OpenAPI document</a></li>
      <li><a href="/docs/errors">Error codes</a> and the <a href="/docs/stream">event stream</a></li>
      <li><a href="/healthz">Health</a>, <a href="/readyz">readiness</a> and <a href="/metrics">metrics</a></li>
    </ul>
    <h2>Link a first account</h2>
    <p>In a terminal, <code>gangway link</code> shows the QR. Over HTTP:</p>
    <pre><code>${steps}</code></pre>
  </main>`
  return page('Gangway', content, style)
}
