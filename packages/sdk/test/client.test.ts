import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { ApiError, createClient, UnexpectedAnswerError } from '#sdk/index.js'

interface Seen {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A server that notes each request and answers as told. */
async function serving(answer: (response: ServerResponse) => void) {
  const seen: Seen[] = []
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ method: request.method, url: request.url, headers: request.headers, body })
      answer(response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  const { port } = server.address() as AddressInfo
  return { seen, client: createClient({ baseUrl: `http://127.0.0.1:${port}/`, key: 'k3y' }) }
}

const json =
  (status: number, body: unknown, type = 'application/json') =>
  (response: ServerResponse) => {
    response.writeHead(status, { 'content-type': type }).end(JSON.stringify(body))
  }

test('a call carries the key, the query and the body', async () => {
  const { client, seen } = await serving(json(200, { items: [], next: null }))
  await client.instances.list({ limit: 5, after: 7 })
  await client.events.list('i', { kind: ['link.step', 'message.status'] })
  await client.messages.send('i', { to: '49151', text: 'hi' }, { idempotencyKey: 'order-1' })
  expect(seen.map(({ method, url }) => `${method ?? ''} ${url ?? ''}`)).toEqual([
    'GET /api/v1/instances?limit=5&after=7',
    'GET /api/v1/instances/i/events?kind=link.step&kind=message.status',
    'POST /api/v1/instances/i/messages',
  ])
  expect(seen.every(({ headers }) => headers.authorization === 'Bearer k3y')).toBe(true)
  expect(seen[2]?.headers['idempotency-key']).toBe('order-1')
  expect(seen[2]?.body).toBe('{"to":"49151","text":"hi"}')
})

test('an id cannot lead to another path', async () => {
  const { client, seen } = await serving(json(200, {}))
  await client.instances.get('../keys?x#y')
  expect(seen[0]?.url).toBe('/api/v1/instances/..%2Fkeys%3Fx%23y')
})

test('a refusal carries the problem document', async () => {
  const problem = {
    type: 'urn:x',
    title: 'Not linked',
    status: 409,
    code: 'not-linked',
    detail: 'Not now.',
    hint: 'Link it.',
  }
  const { client } = await serving(json(409, problem, 'application/problem+json; charset=utf-8'))
  const error: unknown = await client.instances.pause('i').catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ApiError)
  expect(error).toMatchObject({ code: 'not-linked', status: 409, problem, message: 'Not now. Link it.' })
})

test('an answer that is not from a gateway says so', async () => {
  const { client } = await serving(json(502, {}, 'text/html'))
  await expect(client.keys.list()).rejects.toThrow(UnexpectedAnswerError)
})

test('a stream is read however it is cut into chunks, and ends with its server', async () => {
  const { client } = await serving((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    for (const byte of Buffer.from(':\n\nid: 1\nevent: step\ndata: {"step":"opening"}\n\nid: 2\ndata: {"step":"lin'))
      response.write(Buffer.of(byte))
    response.end('ked","phone":"é"}\n\n')
  })
  const steps = []
  for await (const step of client.links.watch('i')) steps.push(step)
  expect(steps).toEqual([{ step: 'opening' }, { step: 'linked', phone: 'é' }])
})

test('a stream ends quietly when its reader has had enough', async () => {
  const { client } = await serving((response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: {"seq":1}\n\n')
  })
  const enough = new AbortController()
  const seen = []
  for await (const event of client.events.stream('i', 0, enough.signal)) {
    seen.push(event)
    enough.abort()
  }
  expect(seen).toEqual([{ seq: 1 }])
})

test('a file and its message go as a form, and what else there is to sending into the address', async () => {
  const { client, seen } = await serving(json(201, {}))
  const options = { idempotencyKey: 'order-1', wait: 'server-ack', timeout: 5 } as const
  await client.messages.sendFile('i', { to: '49151' }, new File(['hello'], 'a.txt'), options)
  await client.media.upload('i', new Blob(['hello']))
  expect(seen.map(({ url }) => url)).toEqual([
    '/api/v1/instances/i/messages?wait=server-ack&timeout=5',
    '/api/v1/instances/i/media',
  ])
  const [sent, uploaded] = seen
  expect(sent?.headers).toMatchObject({ 'idempotency-key': 'order-1', authorization: 'Bearer k3y' })
  for (const request of seen) expect(request.headers['content-type']).toMatch(/^multipart\/form-data; boundary=/)
  expect(sent?.body.indexOf('{"to":"49151"}')).toBeGreaterThan(0)
  expect(sent?.body.indexOf('filename="a.txt"')).toBeGreaterThan(sent?.body.indexOf('{"to":"49151"}') ?? 0)
  expect(uploaded?.body).toContain('name="file"')
})
