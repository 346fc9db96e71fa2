import { baseStyle, type Html, html, type Page, page, prose } from './html.js'

const style = `${baseStyle}
main { max-width: 52rem; margin: 0 auto; padding: 2rem 1rem }
table { border-collapse: collapse; width: 100%; font-size: 0.9rem }
th, td { text-align: left; vertical-align: top; border-bottom: 1px solid var(--line); padding: 0.35rem 0.75rem 0.35rem 0 }
`

type Row = readonly [what: string, meaning: string]

const messages: readonly Row[] = [
  [
    '{"follow": [{"instance": "<id>", "after": 41}]}',
    'These instances, each from the event after its `after`; without one, from now on. At most 500 in one message, and any number of messages. An instance that is followed already goes on from there instead.',
  ],
  [
    '{"follow": "all", "after": "now"}',
    'Every instance that the key can see and that is not followed yet, from now on or from the `start` of what is kept; and each that is made later, from its first event.',
  ],
  ['{…, "kinds": ["message.received"]}', 'With either: events of these kinds only.'],
  ['{"stop": ["<id>"]}, {"stop": "all"}', 'Not these any more. `all` includes those that will be made.'],
]

const frames: readonly Row[] = [
  ['{"event": {…}}', 'An event as the API answers it: in the order of `seq` and without a gap for each instance.'],
  [
    '{"caughtUp": {"instance": "<id>", "seq": 57}}',
    'You have everything up to `seq` that you asked for: a place to come back to. Told when the end of a log is reached, at once for what is followed from now on, and now and then where `kinds` leaves much out.',
  ],
  ['{"following": 12}', 'Answers each message once it has taken effect: so many instances are followed now.'],
  [
    '{"expired": {"instance": "<id>", "from": 42, "to": 50}}',
    'These were asked for and are no longer kept. The events after them follow.',
  ],
  ['{"gone": {"instance": "<id>"}}', 'There is no such instance for this key, or no longer.'],
  ['{"heartbeat": "2026-01-02T03:04:05.678Z"}', 'Every 15 seconds. Hearing nothing for 45, reconnect.'],
  ['{"error": {…}}', 'A problem document; the connection closes after it.'],
]

const codes: readonly Row[] = [
  ['4008', 'Too slow: nothing was taken for 20 to 30 seconds. Reconnect and follow after the last `seq` you have.'],
  [
    '4400',
    'A message could not be read: the `error` before it says why. 1003, 1007, 1009: it was binary, not UTF-8, or had more than 64 KiB.',
  ],
  ['4401', 'The key has been revoked.'],
  ['1001', 'The gateway is being stopped. Reconnect.'],
  ['1011', 'The gateway failed. Reconnect.'],
]

/** What OpenAPI has no words for. */
export function streamPage(): Page {
  const content = html`<main>
    <p><a href="/docs">Reference</a></p>
    <h1>The event stream</h1>
    <p>
      <code>GET /api/v1/stream</code> is a WebSocket that follows the logs of any number of instances over one
      connection. Frames are JSON text, both ways. It needs a key with the scope <code>messages:read</code>, and shows
      what that key can see.
    </p>
    <h2>Connecting</h2>
    <p>
      The key goes into <code>Authorization: Bearer &lt;key&gt;</code>. Where a client cannot set that, as in browsers,
      it goes into the subprotocols instead, percent-encoded where it has characters that a token may not have:
    </p>
    <pre><code>new WebSocket('wss://gateway.example/api/v1/stream', ['gangway', 'bearer.' + key])</code></pre>
    <p>
      Never into the address: addresses are logged. A refusal is an HTTP answer with a problem document: 401, 403, or
      429 for the thousand-and-first connection of a key.
    </p>
    <h2>What you say</h2>
    ${table('Message', messages)}
    <h2>What you are told</h2>
    ${table('Frame', frames)}
    <h2>How it ends</h2>
    ${table('Close code', codes)}
    <h2>Coming back</h2>
    <p>
      Keep, for each instance, the <code>seq</code> of its last <code>event</code> or <code>caughtUp</code>, whichever
      is greater. After a reconnect, follow those with that as <code>after</code>, and then, if you followed all,
      <code>{"follow": "all", "after": "start"}</code>: what you do not know was made while you were away. The client of
      <code>@gangway/sdk</code> does this by itself.
    </p>
  </main>`
  return page('Event stream · Gangway', content, style)
}

function table(what: string, rows: readonly Row[]): Html {
  return html`<table>
    <thead>
      <tr>
        <th scope="col">${what}</th>
        <th scope="col">Meaning</th>
      </tr>
    </thead>
    <tbody>
      ${rows.map(
        ([text, meaning]) =>
          html`<tr>
            <td><code>${text}</code></td>
            <td>${prose(meaning)}</td>
          </tr>`,
      )}
    </tbody>
  </table>`
}
