import { Curve, DisconnectReason, initAuthCreds, type BinaryNode } from 'baileys'
import { expect, test } from 'vitest'
import { World } from './world.js'

test('an unlinked companion is logged out now and at every later login', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  await phone.unlink()
  await client.until(({ closes }) => closes.length === 2, 'told')
  expect(client.closes).toEqual([515, DisconnectReason.loggedOut])
  expect(phone.devices()).toEqual([])
  client.connect()
  await client.until(({ closes }) => closes.length === 3, 'refused')
  expect(client.closes[2]).toBe(DisconnectReason.loggedOut)
  await expect(phone.unlink(`${phone.number}:1@s.whatsapp.net`)).rejects.toMatchObject({ code: 'device-not-found' })
})

test('a companion can remove itself', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  await client.socket.logout()
  await expect.poll(() => phone.devices()).toEqual([])
  client.connect()
  await client.until(({ closes }) => closes.length === 3, 'refused')
  expect(client.closes[2]).toBe(DisconnectReason.loggedOut)
})

test('a device whose keys are not the linked ones is refused', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  await client.close()
  Object.assign(client.creds, { noiseKey: initAuthCreds().noiseKey })
  client.connect()
  await client.until(({ closes }) => closes.length === 3, 'refused')
  expect(client.closes[2]).toBe(DisconnectReason.loggedOut)
})

test('a second connection of a device replaces the first', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const twin = world.client()
  await twin.close()
  Object.assign(twin.creds, client.creds)
  Object.assign(twin, { keys: client.keys })
  await twin.reconnect()
  await client.until(({ closes }) => closes.length === 2, 'replaced')
  expect(client.closes[1]).toBe(DisconnectReason.connectionReplaced)
  expect(phone.devices()).toMatchObject([{ connected: true }])
  expect(world.violations()).toMatchObject([{ rule: 'second-connection', device: `${phone.number}:1` }])
})

test('a connection that goes on after its eviction is noticed', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const twin = world.client()
  await twin.close()
  Object.assign(twin.creds, client.creds)
  Object.assign(twin, { keys: client.keys })
  const first = client.socket
  // A client that does not listen.
  first.ws.removeAllListeners('CB:stream:error')
  const nagging = setInterval(
    () => void first.sendNode({ tag: 'presence', attrs: { type: 'available' } }).catch(() => undefined),
    5,
  )
  await twin.reconnect()
  await expect
    .poll(() => world.violations().map((entry) => 'rule' in entry && entry.rule))
    .toContain('frame-after-eviction')
  clearInterval(nagging)
  await client.until(({ closes }) => closes.length === 2, 'hung up on')
})

test('a message key used for two messages is noticed', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await client.socket.sendMessage(ana.jid, { text: 'one' })
  await ana.received(({ text }) => text === 'one')
  const address = client.socket.signalRepository.jidToSignalProtocolAddress(ana.lid)
  const { [address]: session } = await client.keys.get('session', [address])
  const copy = structuredClone(session)
  await client.socket.sendMessage(ana.jid, { text: 'two' })
  await ana.received(({ text }) => text === 'two')
  expect(world.violations()).toEqual([])
  // As after the restore of an old backup.
  await client.keys.set({ session: { [address]: copy } })
  await client.socket.sendMessage(ana.jid, { text: 'three' })
  await expect.poll(() => world.violations()).toMatchObject([{ rule: 'reused-counter', device: `${phone.number}:1` }])
})

test('a pre-key that was never published is noticed', async () => {
  const world = await World.start()
  const [one, two] = [await world.linked(), await world.linked()]
  const { signalRepository } = one.client.socket
  await one.client.socket.sendMessage(two.phone.jid, { text: 'one' })
  await two.client.receivedText('one')
  const { signedPreKey, signedIdentityKey, registrationId } = two.client.creds
  const prefixed = (key: Uint8Array) => Buffer.concat([Buffer.from([5]), key])
  await signalRepository.injectE2ESession({
    jid: two.phone.lid.replace('@', ':1@'),
    session: {
      registrationId,
      identityKey: prefixed(signedIdentityKey.public),
      signedPreKey: {
        keyId: signedPreKey.keyId,
        publicKey: prefixed(signedPreKey.keyPair.public),
        signature: signedPreKey.signature,
      },
      preKey: { keyId: 99_999, publicKey: prefixed(Curve.generateKeyPair().public) },
    },
  })
  await one.client.socket.sendMessage(two.phone.jid, { text: 'two' })
  await expect
    .poll(() => world.violations())
    .toMatchObject([{ rule: 'unknown-pre-key', device: `${one.phone.number}:1` }])
})

test.each([401, 403, 405, 503])('a login can be refused with %i, once', async (reason) => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  await client.close()
  world.simulator.faults.add({ kind: 'refuse-login', reason, number: phone.number })
  client.connect()
  await client.until(({ closes }) => closes.length === 3, 'refused')
  expect(client.closes[2]).toBe(reason)
  await client.reconnect()
  expect(phone.devices()).toMatchObject([{ connected: true }])
})

test.each([
  [{ kind: 'stream-error', code: 503 }, 503],
  [{ kind: 'stream-error', code: 515 }, 515],
  [{ kind: 'conflict', type: 'replaced' }, DisconnectReason.connectionReplaced],
  [{ kind: 'conflict', type: 'device_removed' }, DisconnectReason.loggedOut],
  [{ kind: 'close-socket' }, DisconnectReason.connectionClosed],
] as const)('a live connection can be ended: %o', async (fault, code) => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  world.simulator.faults.add({ ...fault, number: phone.number })
  await client.until(({ closes }) => closes.length === 2, 'ended')
  expect(client.closes[1]).toBe(code)
  await client.reconnect()
  expect(phone.devices()).toMatchObject([{ connected: true }])
})

test('a fault for another number does not happen here, and a cleared one nowhere', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const other = await world.phone()
  world.simulator.faults.add({ kind: 'stream-error', code: 503, number: other.number })
  await client.close()
  world.simulator.faults.add({ kind: 'refuse-login', reason: 403 })
  world.simulator.faults.clear()
  await client.reconnect()
  expect(client.isOpen).toBe(true)
})

test('a silent server lets the client find out by its own keep-alive', async () => {
  const world = await World.start()
  const phone = await world.phone()
  const client = world.client({ keepAliveIntervalMs: 300, defaultQueryTimeoutMs: 1000 })
  await client.link(phone)
  const received = world.messages('received').length
  world.simulator.faults.add({ kind: 'silence', number: phone.number })
  const ana = await world.phone()
  await ana.send(phone.number, 'unheard')
  await client.until(({ closes }) => closes.length === 2, 'noticed', 15_000)
  expect(client.closes[1]).toBe(DisconnectReason.connectionLost)
  expect(client.texts()).toEqual([])
  expect(world.messages('received')).toHaveLength(received)
  await client.reconnect()
  await client.receivedText('unheard')
})

test('stanzas can be late', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await ana.send(phone.number, 'warm')
  await client.receivedText('warm')
  world.simulator.faults.add({ kind: 'delay', ms: 300, number: phone.number })
  const start = performance.now()
  await ana.send(phone.number, 'late')
  await client.receivedText('late')
  expect(performance.now() - start).toBeGreaterThanOrEqual(290)
})

test('a message can come twice; it is acknowledged and shown once', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  world.simulator.faults.add({ kind: 'duplicate', number: phone.number })
  const { id } = await ana.send(phone.number, 'twice')
  await ana.send(phone.number, 'after')
  await client.receivedText('after')
  expect(world.messages('pushed').filter((pushed) => pushed === id)).toHaveLength(2)
  expect(client.texts().filter((text) => text === 'twice')).toHaveLength(1)
})

test('two messages can change places', async () => {
  const world = await World.start()
  const { phone, client } = await world.linked()
  const ana = await world.phone()
  await ana.send(phone.number, 'warm')
  await client.receivedText('warm')
  world.simulator.faults.add({ kind: 'reorder', number: phone.number })
  for (const text of ['first', 'second', 'third']) await ana.send(phone.number, text)
  await client.receivedText('third')
  expect(client.texts()).toEqual(['warm', 'second', 'first', 'third'])
})

test('trouble without a number also meets a client that is still linking', async () => {
  const world = await World.start()
  const client = await world.candidate()
  world.simulator.faults.add({ kind: 'stream-error', code: 503 })
  await client.until(({ closes }) => closes.length === 1, 'ended')
  expect(client.closes).toEqual([503])
})

test('a client whose pre-keys run out is asked for more', async () => {
  const world = await World.start()
  const [one, two] = [await world.linked(), await world.linked()]
  const fetch = (count: number) =>
    one.client.socket.query({
      tag: 'iq',
      attrs: { xmlns: 'encrypt', type: 'get', to: '@s.whatsapp.net' },
      content: [
        {
          tag: 'key',
          attrs: {},
          content: Array.from({ length: count }, () => ({
            tag: 'user',
            attrs: { jid: two.phone.lid.replace('@', ':1@') },
          })),
        },
      ],
    })
  const asked = () =>
    world.simulator.history().filter((entry) => entry.event === 'acked' && entry.tag === 'notification')
  await fetch(807)
  const before = asked().length
  await fetch(1)
  await expect.poll(asked).toHaveLength(before + 1)
  // 812 at first, 808 taken, 5 more when asked.
  const attrs = { xmlns: 'encrypt', type: 'get', to: '@s.whatsapp.net' }
  const question = { tag: 'iq', attrs, content: [{ tag: 'count', attrs: {} }] }
  const count = (await two.client.socket.query(question)) as BinaryNode
  expect(count.content).toEqual([{ tag: 'count', attrs: { value: '9' } }])
})

test('what the server does not know is refused at once', async () => {
  const world = await World.start()
  const { client } = await world.linked()
  const ask = client.socket.query(
    { tag: 'iq', attrs: { xmlns: 'w:unheard:of', type: 'get', to: '@s.whatsapp.net' } },
    2000,
  )
  await expect(ask).rejects.toMatchObject({ data: 501 })
})
