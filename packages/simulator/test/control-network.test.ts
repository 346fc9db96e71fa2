import { DisconnectReason } from 'baileys'
import encodeQR from 'qr'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Simulator } from '#simulator/api.js'
import { startControl, type Control } from '#simulator/control/index.js'
import { startSimulator } from '#simulator/start.js'
import { Client } from './client.js'

let simulator: Simulator
let control: Control
const failures: unknown[] = []

beforeAll(async () => {
  simulator = await startSimulator()
  control = await startControl(simulator, { onError: (error) => failures.push(error) })
})
afterAll(async () => {
  await control.close()
  await simulator.close()
  expect(failures).toEqual([])
})

async function ask(method: string, path: string, body?: unknown): Promise<{ status: number; body: unknown }> {
  const response = await fetch(control.url + path, {
    method,
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

async function pictureOf(qr: string): Promise<string> {
  const png = sharp(Buffer.from(encodeQR(qr, 'svg')), { density: 300 })
    .flatten({ background: 'white' })
    .png()
  return `data:image/png;base64,${(await png.toBuffer()).toString('base64')}`
}

test('a companion is linked by the picture of its QR code, and a message reaches it', async () => {
  await ask('POST', '/phones', { number: '15550001111', name: 'Shop' })
  await ask('POST', '/phones', { number: '15550002222', name: 'Ana' })
  const companion = new Client(simulator)
  await companion.until((client) => client.qr !== undefined)
  const scan = await ask('POST', '/phones/15550001111/scan', { image: await pictureOf(companion.qr ?? '') })
  expect(scan).toMatchObject({ status: 200, body: { jid: '15550001111:1@s.whatsapp.net' } })
  await companion.until((client) => client.closes.includes(DisconnectReason.restartRequired))
  await companion.reconnect()
  expect((await ask('GET', '/phones/15550001111')).body).toMatchObject({ devices: [{ connected: true }] })

  const sent = await ask('POST', '/phones/15550002222/messages', { to: '15550001111', text: 'is it ready?' })
  const { id } = sent.body as { id: string }
  expect(sent.status).toBe(201)
  expect((await companion.receivedText('is it ready?')).key.id).toBe(id)
  expect((await ask('GET', '/phones/15550001111/messages')).body).toMatchObject({
    items: [{ id, text: 'is it ready?' }],
  })

  const history = (await ask('GET', '/history')).body as { items: { seq: number; event: string }[] }
  expect(history.items.map(({ seq }) => seq)).toEqual(history.items.map((_, index) => index + 1))
  expect(history.items.map(({ event }) => event)).toEqual(expect.arrayContaining(['paired', 'logged-in', 'pushed']))

  expect((await ask('POST', '/phones/15550001111/unlink')).status).toBe(204)
  await companion.until((client) => client.closes.includes(DisconnectReason.loggedOut))
  expect((await ask('GET', '/phones/15550001111')).body).toMatchObject({ devices: [] })
})

test('a fault given over HTTP happens', async () => {
  const companion = new Client(simulator)
  await companion.until((client) => client.qr !== undefined)
  expect((await ask('POST', '/faults', { kind: 'close-socket' })).status).toBe(201)
  await companion.until((client) => client.closes.length > 0)
  expect((await ask('DELETE', '/faults')).status).toBe(204)
})

test.each([
  ['POST', '/phones', { number: 'abc' }, 422, 'bad-number'],
  ['POST', '/phones', { number: '15550003333' }, 409, 'number-taken'],
  ['GET', '/phones/15559999999', undefined, 404, 'phone-not-found'],
  ['POST', '/phones/15550003333/scan', { qr: 'not a pairing code' }, 422, 'qr-not-valid'],
  ['POST', '/phones/15550003333/scan', { image: 'not an image' }, 422, 'no-qr-in-image'],
  ['POST', '/phones/15550003333/enter-code', { code: 'AAAA-AAAA' }, 422, 'code-not-valid'],
  ['POST', '/phones/15550003333/messages', { to: '15558888888', text: 'x' }, 422, 'recipient-not-found'],
  ['POST', '/phones/15550003333/messages', { to: 'nobody', text: 'x' }, 422, 'recipient-not-found'],
  ['POST', '/phones/15550003333/unlink', { device: '15550003333:7@s.whatsapp.net' }, 404, 'device-not-found'],
])('%s %s %o is answered %i %s', async (method, path, body, status, code) => {
  if (simulator.phone('15550003333') === undefined) await simulator.registerPhone({ number: '15550003333' })
  expect(await ask(method, path, body)).toMatchObject({ status, body: { status, code } })
})

test('a phone that left cannot scan', async () => {
  await ask('POST', '/phones', { number: '15550004444' })
  expect((await ask('POST', '/phones/15550004444/offline')).body).toMatchObject({ online: false })
  const scan = await ask('POST', '/phones/15550004444/scan', { qr: '2@a,b,c,d' })
  expect(scan).toMatchObject({ status: 409, body: { code: 'phone-offline' } })
  expect((await ask('POST', '/phones/15550004444/online')).body).toMatchObject({ online: true })
  expect((await ask('DELETE', '/phones/15550004444')).status).toBe(204)
  expect((await ask('GET', '/phones/15550004444')).status).toBe(404)
})

test('groups, kinds of messages and calls over HTTP', async () => {
  for (const number of ['15550005555', '15550006666', '15550007777']) await ask('POST', '/phones', { number })
  const companion = new Client(simulator)
  const phone = simulator.phone('15550006666')
  if (phone === undefined) throw new Error('not registered')
  await companion.link(phone)
  const calls: unknown[] = []
  companion.socket.ev.on('call', (news) => calls.push(...news.map(({ status }) => status)))

  const made = await ask('POST', '/phones/15550005555/groups', { subject: 'Web', members: ['15550006666'] })
  expect(made).toMatchObject({ status: 201, body: { subject: 'Web', addressing: 'lid', participants: { length: 2 } } })
  const group = `/phones/15550005555/groups/${(made.body as { id: string }).id}`
  const changes: [string, object?][] = [
    ['add', { members: ['15550007777'] }],
    ['promote', { members: ['15550007777'] }],
    ['demote', { members: ['15550007777'] }],
    ['remove', { members: ['15550007777'] }],
    ['subject', { subject: 'Web 2' }],
    ['description', { text: 'about it' }],
    ['announcement', { on: true }],
    ['locked', { on: true }],
  ]
  for (const [act, body] of changes) expect((await ask('POST', `${group}/${act}`, body)).status).toBe(204)
  expect((await ask('GET', group)).body).toMatchObject({
    subject: 'Web 2',
    description: 'about it',
    announcement: true,
    locked: true,
    participants: [{ number: '15550005555', role: 'superadmin' }, { number: '15550006666' }],
  })
  const old = (await ask('GET', `${group}/invite`)).body as { code: string }
  const { code } = (await ask('POST', `${group}/invite`)).body as { code: string }
  expect(await ask('POST', '/phones/15550007777/join', old)).toMatchObject({ status: 404 })
  expect(await ask('POST', '/phones/15550007777/join', { code })).toMatchObject({ status: 200 })
  expect((await ask('GET', '/phones/15550007777/groups')).body).toMatchObject({ items: [{ subject: 'Web 2' }] })
  const theirs = group.replace('15550005555', '15550007777')
  expect(await ask('POST', `${theirs}/subject`, { subject: 'x' })).toMatchObject({ status: 403 })
  expect(await ask('POST', `${theirs}/leave`)).toMatchObject({ status: 204 })
  expect(await ask('GET', theirs)).toMatchObject({ status: 404, body: { code: 'group-not-found' } })

  const to = (made.body as { id: string }).id
  const sent = await ask('POST', '/phones/15550005555/messages', {
    to,
    content: { kind: 'poll', question: '?', options: ['a', 'b'] },
  })
  const { id } = sent.body as { id: string }
  await companion.until((client) => client.received.some(({ key }) => key.id === id), 'the poll')
  expect((await ask('GET', '/phones/15550006666/messages')).body).toMatchObject({
    items: [{ id, to, kind: 'poll', text: '?', content: { pollCreationMessageV3: { options: { length: 2 } } } }],
  })
  await expect
    .poll(async () => (await ask('GET', '/deliveries?device=15550006666:1')).body)
    .toMatchObject({
      items: expect.arrayContaining([expect.objectContaining({ id, acked: expect.anything() as object })]) as object,
    })

  const call = await ask('POST', '/phones/15550005555/calls', { to: '15550006666', video: true })
  const rung = `/phones/15550005555/calls/${(call.body as { id: string }).id}`
  await expect.poll(() => calls).toEqual(['offer'])
  expect((await ask('POST', `${rung}/relay-latency`, { milliseconds: 20 })).status).toBe(204)
  expect((await ask('POST', `${rung}/cancel`)).status).toBe(204)
  expect(await ask('POST', `${rung}/time-out`)).toMatchObject({ status: 409, body: { code: 'call-ended' } })
  await expect.poll(() => calls).toEqual(['offer', 'relaylatency', 'terminate'])
  expect((await ask('GET', '/phones/15550006666/calls')).body).toMatchObject({ items: [{ state: 'cancelled' }] })
  expect(await ask('POST', '/phones/15550005555/calls/no/cancel')).toMatchObject({ status: 404 })
  await companion.close()
})
