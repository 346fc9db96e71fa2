import { expect, test, vi } from 'vitest'
import { fromAna } from '../dialects/every-event.js'
import { key, startWorld, type World } from './world.js'

const text = (said: string) => ({ ...fromAna, content: { kind: 'text', text: said } }) as const

/** An instance that tells of what it receives. */
async function listening(world: World) {
  const owned = await world.instance()
  await world.call('POST', owned.path('setSettings'), { incomingWebhook: 'yes' })
  const remove = (receiptId: number | string) =>
    world.call('DELETE', `${owned.path('deleteNotification')}/${receiptId}`)
  const receive = async (query = '') => world.call('GET', owned.path('receiveNotification') + query)
  return { ...owned, remove, receive }
}

test('the oldest notification, again and again until it is deleted, then the next one', async () => {
  const world = await startWorld()
  const { id, idInstance, receive, remove } = await listening(world)
  world.queues.happened(id, 'message.received', text('one'))
  world.queues.happened(id, 'link.step')
  world.queues.happened(id, 'message.received', text('two'))

  const first = await receive()
  expect([first.status, first.headers.get('content-type')]).toEqual([200, 'application/json; charset=utf-8'])
  expect(first.body).toEqual({
    receiptId: 1,
    body: {
      typeWebhook: 'incomingMessageReceived',
      instanceData: { idInstance, wid: '', typeInstance: 'whatsapp' },
      timestamp: 1767322800,
      idMessage: fromAna.id,
      senderData: {
        chatId: '79001234568@c.us',
        sender: '79001234568@c.us',
        chatName: 'Ana',
        senderName: 'Ana',
        senderContactName: '',
      },
      messageData: { typeMessage: 'textMessage', textMessageData: { textMessage: 'one' } },
    },
  })
  expect((await receive()).body).toEqual(first.body)
  expect((await remove(1)).body).toEqual({ result: true })
  expect((await receive()).body).toMatchObject({
    receiptId: 3,
    body: { messageData: { textMessageData: { textMessage: 'two' } } },
  })
})

test('what is not the oldest any more, or never was, is not deleted', async () => {
  const world = await startWorld()
  const { id, remove, receive } = await listening(world)
  world.queues.happened(id, 'message.received', text('one'))
  world.queues.happened(id, 'message.received', text('two'))
  for (const receiptId of [2, 0, 999_999_999_999_999]) expect((await remove(receiptId)).body).toEqual({ result: false })
  expect((await remove(1)).body).toEqual({ result: true })
  expect((await remove(1)).body).toEqual({ result: false })
  expect((await receive()).body).toMatchObject({ receiptId: 2 })
})

test.each(['x', '1x', '-1', '1.5', '%20', '1234567890123456'])('receiptId %s is no number', async (receiptId) => {
  const world = await startWorld()
  const { remove } = await listening(world)
  const answer = await remove(receiptId)
  expect([answer.status, answer.body.message]).toEqual([400, 'Parameter receiptId must be a Number'])
})

test('a deletion without a receiptId', async () => {
  const world = await startWorld()
  const { path } = await listening(world)
  const answer = await world.call('DELETE', path('deleteNotification'))
  expect([answer.status, answer.body.message]).toEqual([400, 'Parameter receiptId must be a Number'])
})

test.each([
  ['', 5],
  ['?receiveTimeout=5', 5],
  ['?receiveTimeout=17', 17],
  ['?receiveTimeout=60', 60],
  ['?receiveTimeout=1', 5],
  ['?receiveTimeout=600', 60],
])('receiveNotification%s waits %i seconds, and null is all that it says then', async (query, seconds) => {
  const world = await startWorld()
  const { receive } = await listening(world)
  const waiting = receive(query)
  await vi.waitUntil(() => world.queues.waiting() === 1)
  world.clock.advance(seconds * 1000 - 1)
  expect(world.queues.waiting()).toBe(1)
  world.clock.advance(1)
  const { status, text: body } = await waiting
  expect([status, body]).toEqual([200, 'null'])
})

test.each(['?receiveTimeout=', '?receiveTimeout=x', '?receiveTimeout=-5', '?receiveTimeout=5&receiveTimeout=6'])(
  'receiveNotification%s is refused',
  async (query) => {
    const world = await startWorld()
    const { receive } = await listening(world)
    const answer = await receive(query)
    expect([answer.status, answer.body.message]).toEqual([
      400,
      "Validation failed. Details: 'receiveTimeout' must be a number",
    ])
  },
)

test('who waits is answered as soon as something happens', async () => {
  const world = await startWorld()
  const { id, receive } = await listening(world)
  const waiting = receive('?receiveTimeout=60')
  await vi.waitUntil(() => world.queues.waiting() === 1)
  world.queues.happened(id, 'message.received', text('now'))
  expect((await waiting).body).toMatchObject({ receiptId: 1 })
})

test('ten of one instance wait, the next is answered at once; another instance has its own ten', async () => {
  const world = await startWorld()
  const { id, receive } = await listening(world)
  const other = await listening(world)
  const ten = Array.from({ length: 10 }, () => receive())
  await vi.waitUntil(() => world.queues.waiting() === 10)
  expect((await receive()).text).toBe('null')
  const eleventh = other.receive()
  await vi.waitUntil(() => world.queues.waiting() === 11)
  world.queues.happened(id, 'message.received', text('one'))
  expect((await Promise.all(ten)).map(({ body }) => body.receiptId)).toEqual(Array.from({ length: 10 }, () => 1))
  world.clock.advance(5000)
  await eleventh
})

test('when the server closes, nobody waits any longer', async () => {
  const world = await startWorld()
  const { receive } = await listening(world)
  const waiting = receive('?receiveTimeout=60')
  await vi.waitUntil(() => world.queues.waiting() === 1)
  await world.close()
  expect((await waiting).text).toBe('null')
})

test('a client that leaves is not waited for', async () => {
  const world = await startWorld()
  const { path } = await listening(world)
  const leaving = new AbortController()
  const waiting = fetch(world.url + path('receiveNotification'), { signal: leaving.signal })
  await vi.waitUntil(() => world.queues.waiting() === 1)
  leaving.abort()
  await expect(waiting).rejects.toThrow()
  await vi.waitUntil(() => world.queues.waiting() === 0)
})

test('while a webhookUrl is set the queue is refused in the vendor’s words', async () => {
  const world = await startWorld()
  const { idInstance, path, receive, remove } = await listening(world)
  world.clock.advance(1000)
  await world.call('POST', path('setSettings'), { webhookUrl: 'https://shop.example/hook' })
  for (const answer of [await receive(), await remove(1)]) {
    expect([answer.status, answer.body.message]).toEqual([
      400,
      'Message cannot be received because custom webhook url is set. Go to cabinet, clear webhook url for instance: ' +
        `${idInstance} and wait for about 1 minute for another attempt`,
    ])
  }
})

test('setSettings says where notifications go, and says nothing where it says nothing of that', async () => {
  const world = await startWorld()
  const { id, path } = await world.instance()
  const set = async (settings: object) => {
    world.clock.advance(1000)
    return world.call('POST', path('setSettings'), settings)
  }
  await set({ incomingWebhook: 'yes' })
  expect(world.queues.wishes.has(id)).toBe(false)
  await set({ webhookUrl: 'https://shop.example/hook' })
  expect(world.queues.wishes.get(id)).toEqual({ url: 'https://shop.example/hook' })
  await set({ outgoingWebhook: 'yes' })
  expect(world.queues.wishes.get(id)).toEqual({ url: 'https://shop.example/hook' })
  await set({ webhookUrl: '' })
  expect(world.queues.wishes.get(id)).toEqual({ url: null, from: 'start' })

  const refused = await set({ webhookUrl: 'http://forbidden/', stateWebhook: 'yes' })
  expect([refused.status, refused.body.message]).toEqual([
    400,
    "Validation failed. Details: 'webhookUrl' must lead to where this server may send",
  ])
  world.clock.advance(1000)
  expect((await world.call('GET', path('getSettings'))).body).toMatchObject({ webhookUrl: '', stateWebhook: 'no' })
})

test('no address is sent the token of another one', async () => {
  const world = await startWorld()
  const { path } = await world.instance()
  const set = async (settings: object) => {
    world.clock.advance(1000)
    return world.call('POST', path('setSettings'), settings)
  }
  const [one, two] = ['https://one.example/', 'https://two.example/']
  await set({ webhookUrl: one, webhookUrlToken: 'of one' })
  await set({ webhookUrl: two, webhookUrlToken: 'of two' })
  await set({ webhookUrlToken: 'of two, renewed' })
  await set({ webhookUrl: 'http://forbidden/', webhookUrlToken: 'of nobody' })
  const kept = (webhookUrl: string, webhookUrlToken: string) => ({ settings: { webhookUrl, webhookUrlToken } })
  // Nothing is pushed while what is kept changes.
  expect(world.queues.moves).toEqual([
    { url: one, settings: kept(one, 'of one') },
    { url: null, settings: kept(one, 'of one') },
    { url: two, settings: kept(two, 'of two') },
    { url: null, settings: kept(two, 'of two') },
    { url: two, settings: kept(two, 'of two, renewed') },
    { url: null, settings: kept(two, 'of two, renewed') },
    { url: two, settings: kept(two, 'of two, renewed') },
  ])
})

test('createInstance does, too, and makes no instance whose address is refused', async () => {
  const world = await startWorld()
  const create = (settings: object) => world.call('POST', `/partner/createInstance/${key}`, settings)
  await create({ name: 'pushed', webhookUrl: 'https://shop.example/hook' })
  await create({ name: 'pulled', incomingWebhook: 'yes' })
  expect([...world.queues.wishes.values()]).toEqual([{ url: 'https://shop.example/hook' }])
  expect((await create({ name: 'nowhere', webhookUrl: 'http://forbidden/' })).status).toBe(400)
  const listed = (await world.call('GET', `/partner/getInstances/${key}`)).body as unknown as { name: string }[]
  expect(listed.map(({ name }) => name)).toEqual(['pushed', 'pulled'])
})

test('what is switched off when it happens is not in the queue, also when it is switched on later', async () => {
  const world = await startWorld()
  const { id, path } = await world.instance()
  const set = (settings: object) => world.call('POST', path('setSettings'), settings)
  world.queues.happened(id, 'message.received', text('before'))
  world.clock.advance(1000)
  await set({ incomingWebhook: 'yes' })
  world.queues.happened(id, 'message.received', text('while on'))
  world.clock.advance(1000)
  // Said once more, which switches nothing.
  await set({ incomingWebhook: 'yes' })
  expect((await world.call('GET', path('receiveNotification'))).body).toMatchObject({ receiptId: 2 })
  world.clock.advance(1000)
  await set({ incomingWebhook: 'no' })
  world.queues.happened(id, 'message.received', text('while off'))
  world.clock.advance(1000)
  await set({ incomingWebhook: 'yes' })
  world.queues.happened(id, 'message.received', text('on again'))
  expect((await world.call('GET', path('receiveNotification'))).body).toMatchObject({ receiptId: 4 })
})

test('another verb or another path is no route', async () => {
  const world = await startWorld()
  const { path } = await world.instance()
  const receipt = `${path('deleteNotification')}/1`
  for (const [method, wrong] of [
    ['GET', receipt],
    ['POST', receipt],
    ['GET', path('deleteNotification')],
    ['POST', path('receiveNotification')],
    ['DELETE', path('receiveNotification')],
    ['DELETE', `${path('receiveNotification')}/1`],
    ['GET', `${path('getSettings')}/1`],
    ['DELETE', `${receipt}/2`],
  ] as const) {
    const answer = await world.call(method, wrong)
    expect([answer.status, answer.body.message]).toEqual([404, `Cannot ${method} ${wrong}`])
  }
})

test('a wrong token and another instance are refused as everywhere', async () => {
  const world = await startWorld()
  const { idInstance, token } = await world.instance()
  expect((await world.call('GET', `/waInstance${idInstance}/receiveNotification/wrong`)).status).toBe(401)
  expect((await world.call('DELETE', `/waInstance1/deleteNotification/${token}/1`)).status).toBe(403)
})

test('a hundred calls a second of each, in any case of letters', async () => {
  const world = await startWorld()
  const { id, remove, path } = await listening(world)
  world.queues.happened(id, 'message.received', text('one'))
  const statuses = await Promise.all(
    Array.from({ length: 101 }, async () => (await world.call('GET', path('ReceiveNotification'))).status),
  )
  expect(statuses.filter((status) => status === 429)).toHaveLength(1)
  const removals = await Promise.all(Array.from({ length: 101 }, async () => (await remove(7)).status))
  expect(removals.filter((status) => status === 429)).toHaveLength(1)
})
