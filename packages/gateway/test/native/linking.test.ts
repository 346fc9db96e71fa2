import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import type { PhoneNumber } from '#gateway/core/ids.js'
import { qrPng } from '#gateway/core/linking/qr-image.js'
import { scanStep, time } from './fake-gateway.js'
import { key, startWorld, type World } from './world.js'

async function linking(world: World, body: object = { method: 'qr' }): Promise<{ id: string; path: string }> {
  const id = await world.instance()
  const path = `/api/v1/instances/${id}/link`
  expect((await world.call('POST', path, body)).status).toBe(200)
  return { id, path }
}

test('the step to scan carries the QR and its pictures, the same to everybody who reads', async () => {
  const world = await startWorld()
  const { id, path } = await linking(world)
  const answer = await world.call('GET', path)
  expect(answer.headers.get('content-type')).toBe('application/json; charset=utf-8')
  expect(answer.body).toEqual({
    instance: id,
    attempt: expect.any(String) as string,
    method: 'qr',
    startedAt: time.toISOString(),
    step: 'scan',
    qr: `2@${id}`,
    png: expect.stringMatching(/^data:image\/png;base64,/) as string,
    svg: expect.stringMatching(/^data:image\/svg\+xml;base64,/) as string,
    expiresAt: time.toISOString(),
  })
  expect((await world.call('GET', path)).text).toBe(answer.text)
  expect((await world.call('POST', path, { method: 'qr' })).text).toBe(answer.text)
})

test('each other step says what to do or how it ended', async () => {
  const world = await startWorld()
  const { id, path } = await linking(world)
  const after = async (step: Parameters<typeof world.gateway.step>[1]) => {
    world.gateway.step(id, step)
    return (await world.call('GET', path)).body
  }
  expect(await after({ kind: 'opening' })).toMatchObject({ step: 'opening' })
  expect(await after(scanStep('2@next'))).toMatchObject({ step: 'scan', qr: '2@next' })
  expect(await after({ kind: 'starting' })).toMatchObject({ step: 'starting' })
  expect(await after({ kind: 'linked', phone: '4915112345678' as PhoneNumber })).toMatchObject({
    step: 'linked',
    phone: '4915112345678',
  })
  const error = new GatewayError('link-expired', 'No one scanned.', { hint: 'Start again.' })
  expect(await after({ kind: 'failed', error })).toMatchObject({
    step: 'failed',
    error: { code: 'link-expired', detail: 'No one scanned.', hint: 'Start again.' },
  })
})

test('a code is made for the given phone, or for the one that the instance expects', async () => {
  const world = await startWorld()
  const { path } = await linking(world, { method: 'code', phone: '+4915112345678' })
  expect((await world.call('GET', path)).body).toMatchObject({ method: 'code', step: 'type-code', code: 'ABCDEFGH' })
  const id = await world.instance()
  const other = `/api/v1/instances/${id}`
  expect((await world.call('POST', `${other}/link`, { method: 'code' })).body.field).toBe('phone')
  await world.call('PATCH', other, { phone: '4915112345678' })
  expect((await world.call('POST', `${other}/link`, { method: 'code' })).body).toMatchObject({ step: 'type-code' })
})

test('a phone that is given for a QR becomes the one that the instance expects', async () => {
  const world = await startWorld()
  const { id } = await linking(world, { method: 'qr', phone: '+4915112345678' })
  expect((await world.call('GET', `/api/v1/instances/${id}`)).body.phone).toBe('4915112345678')
})

test('a long poll answers when the step changes', async () => {
  const world = await startWorld()
  const { id, path } = await linking(world)
  world.gateway.step(id, { kind: 'opening' })
  const poll = world.call('GET', `${path}?wait=60`)
  await expect.poll(world.gateway.watching).toBe(1)
  world.gateway.step(id, scanStep('2@later'))
  expect((await poll).body).toMatchObject({ step: 'scan', qr: '2@later' })
})

test('a long poll is answered as things stand when the server closes', async () => {
  const world = await startWorld()
  const { id, path } = await linking(world)
  world.gateway.step(id, { kind: 'opening' })
  const poll = world.call('GET', `${path}?wait=60`)
  await expect.poll(world.gateway.watching).toBe(1)
  await world.close()
  expect((await poll).body).toMatchObject({ step: 'opening' })
})

test('an attempt is cancelled', async () => {
  const world = await startWorld()
  const { path } = await linking(world)
  expect((await world.call('DELETE', path)).status).toBe(204)
  const answer = await world.call('GET', path)
  expect([answer.status, answer.body.code]).toEqual([404, 'attempt-not-found'])
})

test('the QR is a picture of its own, in any size', async () => {
  const { url, ...world } = await startWorld()
  const { id, path } = await linking({ url, ...world })
  const picture = async (name: string) => {
    const answer = await fetch(`${url}${path}/${name}`, { headers: { authorization: `Bearer ${key}` } })
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    return { type: answer.headers.get('content-type'), bytes: Buffer.from(await answer.arrayBuffer()) }
  }
  expect(await picture('qr.png')).toEqual({ type: 'image/png', bytes: qrPng(`2@${id}`) })
  expect(await picture('qr.png?size=300')).toEqual({ type: 'image/png', bytes: qrPng(`2@${id}`, 300) })
  const { type, bytes } = await picture('qr.svg')
  expect([type, bytes.subarray(0, 5).toString()]).toEqual(['image/svg+xml', '<svg '])
  expect((await picture('qr.svg?size=300')).bytes.toString()).toMatch(/^<svg width="300" height="300" /)
})

test('there is no picture while there is no QR', async () => {
  const world = await startWorld()
  const id = await world.instance()
  const status = async () => (await world.call('GET', `/api/v1/instances/${id}/link/qr.png`)).status
  expect(await status()).toBe(409)
  await world.call('POST', `/api/v1/instances/${id}/link`, { method: 'qr' })
  world.gateway.step(id, { kind: 'starting' })
  expect(await status()).toBe(409)
})
