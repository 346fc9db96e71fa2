import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, onTestFinished, test } from 'vitest'
import type { LinkCode } from '#gateway/core/ids.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import { metaLinks } from '#gateway/issuers/meta/graph-links.js'
import { createOutbound } from '#gateway/outbound/create-outbound.js'

const account = { phoneNumberId: '106540352242922', token: 'EAAGm0PX4ZCpsBA' }
const edge = '/v23.0/106540352242922/message_qrdls'

interface Asked {
  readonly what: string
  readonly authorization: string | undefined
  readonly body: unknown
}

interface Reply {
  readonly status: number
  readonly body: unknown
}

/**
 * Meta's `message_qrdls` in the shapes that its OpenAPI document and its samples show (facebook/openapi,
 * business-messaging-api v23.0): links in memory, or what the test has it say next.
 */
async function startGraph() {
  const asked: Asked[] = []
  const links = new Map<string, string>()
  const next: (Reply | 'hang up')[] = []
  const notFound: Reply = {
    status: 404,
    body: { error: { message: 'QR code not found', type: 'GraphMethodException', code: 803, fbtrace_id: 'A1' } },
  }
  const answer = (method: string, path: string, body: Record<string, string>): Reply => {
    const code = path.slice(edge.length + 1)
    if (method === 'DELETE') return links.delete(code) ? { status: 200, body: { success: true } } : notFound
    const made = body.code ?? '4O4YGZEG3RIVE1'
    if (body.code !== undefined && !links.has(made)) return notFound
    const text = body.prefilled_message ?? ''
    links.set(made, text)
    const image = body.generate_qr_image === undefined ? {} : { qr_image_url: 'https://scontent.example/qr.png' }
    return {
      status: 200,
      body: { code: made, prefilled_message: text, deep_link_url: `https://wa.me/message/${made}`, ...image },
    }
  }
  const server = createServer((request, response) => {
    void read(request).then((text) => {
      const body = text === '' ? undefined : (JSON.parse(text) as Record<string, string>)
      const { method = '', url = '', headers } = request
      asked.push({ what: `${method} ${url}`, authorization: headers.authorization, body })
      const planned = next.shift()
      if (planned === 'hang up') return response.destroy()
      const reply = planned ?? answer(method, url, body ?? {})
      response.writeHead(reply.status, { 'content-type': 'application/json; charset=UTF-8' })
      response.end(typeof reply.body === 'string' ? reply.body : JSON.stringify(reply.body))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  const outbound = createOutbound({ clock: systemClock, userAgent: 'Gangway/test', allowPrivate: true })
  onTestFinished(() => outbound.close())
  return { asked, links, next, outbound, issuer: metaLinks(outbound, `http://127.0.0.1:${port}/v23.0`) }
}

async function read(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

test('a link is made, changed and deleted as Meta documents it', async () => {
  const { issuer, asked, links } = await startGraph()
  const code = await issuer.create(account, { draft: 'Grüße, 你好', imageType: 'SVG' })
  expect(code).toBe('4O4YGZEG3RIVE1')
  expect(await issuer.update(account, code, 'Bye')).toBe(code)
  expect([...links]).toEqual([[code, 'Bye']])
  await issuer.remove(account, code)
  expect(links.size).toBe(0)
  const authorization = `Bearer ${account.token}`
  expect(asked).toEqual([
    { what: `POST ${edge}`, authorization, body: { prefilled_message: 'Grüße, 你好', generate_qr_image: 'SVG' } },
    { what: `POST ${edge}`, authorization, body: { code, prefilled_message: 'Bye' } },
    { what: `DELETE ${edge}/${code}`, authorization, body: undefined },
  ])
})

test('the code that Meta answers a change with is the one that holds', async () => {
  const { issuer, next } = await startGraph()
  next.push({ status: 200, body: { code: 'WOMVT6TJ2BP7A1', prefilled_message: 'x', deep_link_url: 'x' } })
  expect(await issuer.update(account, 'ANED2T5QRU7HG1' as LinkCode, 'x')).toBe('WOMVT6TJ2BP7A1')
})

test('one that is gone at Meta already is as good as deleted', async () => {
  const { issuer } = await startGraph()
  await issuer.remove(account, 'ANED2T5QRU7HG1' as LinkCode)
})

const graphError = (status: number, error: object): Reply => ({
  status,
  body: { error: { fbtrace_id: 'A1', ...error } },
})

test.each([
  [
    graphError(400, {
      message: 'Invalid prefilled_message length. Maximum 140 characters allowed',
      type: 'OAuthException',
      code: 100,
    }),
    {
      code: 'issuer-refused',
      effect: 'none',
      message: 'Meta: Invalid prefilled_message length. Maximum 140 characters allowed (status 400, code 100)',
    },
  ],
  [
    graphError(401, { message: 'Invalid OAuth access token', type: 'OAuthException', code: 190, error_subcode: 463 }),
    { code: 'issuer-refused', message: 'Meta: Invalid OAuth access token (status 401, code 190, subcode 463)' },
  ],
  [
    graphError(403, { message: 'No', code: 200, error_subcode: 1349174, error_user_msg: 'Ask your administrator.' }),
    {
      code: 'issuer-refused',
      message: 'Meta: No (status 403, code 200, subcode 1349174)',
      hint: 'Ask your administrator.',
    },
  ],
  [
    graphError(429, { message: 'Too many API calls. Please try again later', code: 4, is_transient: true }),
    { code: 'rate-limited', message: 'Meta: Too many API calls. Please try again later (status 429, code 4)' },
  ],
  [
    graphError(500, { message: 'An unexpected error occurred. Please retry your request', code: 2 }),
    { code: 'issuer-unreachable', effect: 'unknown' },
  ],
  [
    { status: 502, body: '<html>Bad Gateway' },
    { code: 'issuer-unreachable', effect: 'unknown' },
  ],
  [
    { status: 200, body: 'ok' },
    { code: 'issuer-unreachable', effect: 'unknown' },
  ],
  [
    { status: 200, body: { code: '../../evil' } },
    { code: 'issuer-unreachable', effect: 'unknown' },
  ],
  [
    { status: 200, body: { code: 'ABC' } },
    { code: 'issuer-unreachable', effect: 'unknown' },
  ],
  ['hang up' as const, { code: 'issuer-unreachable', effect: 'unknown' }],
])('what Meta answers instead is told as it is: %j', async (reply, told) => {
  const { issuer, next } = await startGraph()
  next.push(reply)
  await expect(issuer.create(account, { draft: 'Hello', imageType: 'PNG' })).rejects.toMatchObject(told)
})

test('where nobody listens, nothing has happened', async () => {
  const { outbound } = await startGraph()
  const nowhere = metaLinks(outbound, 'http://127.0.0.1:1/v23.0')
  const told = { code: 'issuer-unreachable', effect: 'none' }
  await expect(nowhere.remove(account, 'ANED2T5QRU7HG1' as LinkCode)).rejects.toMatchObject(told)
})
