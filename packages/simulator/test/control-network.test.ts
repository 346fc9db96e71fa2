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
