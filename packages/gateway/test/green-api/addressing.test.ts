import { expect, test } from 'vitest'
import { startWorld, strangerKey } from './world.js'

test('a method is found in any case of letters', async () => {
  const { call, instance, clock } = await startWorld()
  const { path } = await instance()
  for (const method of ['getStateInstance', 'GetStateInstance', 'GETSTATEINSTANCE']) {
    clock.advance(1000)
    expect((await call('GET', path(method))).body).toEqual({ stateInstance: 'notAuthorized' })
  }
})

test('a wrong token is refused without a body', async () => {
  const { call, instance } = await startWorld()
  const { idInstance, token } = await instance()
  for (const wrong of ['0'.repeat(50), token.slice(1), `${token}0`, token.toUpperCase() + 'x', '%00', '']) {
    const answer = await call('GET', `/waInstance${idInstance}/getStateInstance/${wrong}`)
    expect([answer.status, answer.text], wrong).toEqual([401, ''])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  }
})

test('an instance that is not there, or is no number, is forbidden', async () => {
  const { call, instance } = await startWorld()
  const { token } = await instance()
  for (const idInstance of ['1', '9999999999', '0', 'x', '1e3', '-1', '11010000011', '%F0%9F%98%80']) {
    const path = `/waInstance${idInstance}/getStateInstance/${token}`
    const answer = await call('GET', path)
    expect(answer.status, idInstance).toBe(403)
    expect(answer.body).toMatchObject({ statusCode: 403, path, message: 'Forbidden' })
  }
})

test('the token of one instance opens no other', async () => {
  const { call, instance } = await startWorld()
  const [one, other] = [await instance(), await instance()]
  const answer = await call('GET', `/waInstance${other.idInstance}/getStateInstance/${one.token}`)
  expect([answer.status, answer.text]).toEqual([401, ''])
})

test('what is not a method, or not with this verb, is answered as the vendor’s framework does', async () => {
  const { call, instance, url } = await startWorld()
  const { path, idInstance, token } = await instance()
  const wrong: [string, string][] = [
    ['POST', path('qr')],
    ['DELETE', path('getStateInstance')],
    ['GET', path('setSettings')],
    ['PUT', path('setSettings')],
    ['GET', path('sendMessage')],
    ['POST', path('sendTemplate')],
    ['PUT', path('sendFileByUpload')],
    ['POST', `${path('uploadFile')}/7`],
    ['GET', path('scanqrcode')],
    ['GET', path('__proto__')],
    ['GET', path('constructor')],
    ['GET', `${path('qr')}/7`],
    ['GET', `${path('qr')}/`],
    ['GET', `/waInstance${idInstance}/qr`],
    ['GET', `/waInstance${idInstance}`],
    ['GET', '/waInstance'],
    ['GET', `/partner/nothing/${token}`],
    ['GET', `/partner/createInstance/${token}`],
    ['GET', '/partner/'],
  ]
  for (const [method, target] of wrong) {
    const answer = await call(method, target)
    expect([answer.status, answer.body], `${method} ${target}`).toEqual([
      404,
      {
        statusCode: 404,
        timestamp: '1970-01-01T00:00:00.000Z',
        path: target,
        message: `Cannot ${method} ${target}`,
      },
    ])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  }
  expect((await fetch(url + path('qr'), { method: 'HEAD' })).status).toBe(404)
})

test('the addresses of the vendor’s other messengers are not ours', async () => {
  const { call, instance } = await startWorld()
  const { path } = await instance()
  expect((await call('GET', `/v3${path('getStateInstance')}`)).status).toBe(404)
})

test('pages in a browser may ask, before and with a request', async () => {
  const { call, instance } = await startWorld()
  const { path, idInstance } = await instance()
  for (const target of [
    path('setSettings'),
    `/waInstance${idInstance}/x/y/z`,
    `/partner/createInstance/${strangerKey}`,
  ]) {
    const answer = await call('OPTIONS', target, undefined, {
      origin: 'https://shop.example',
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    })
    expect([answer.status, answer.text]).toEqual([204, ''])
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
    expect(answer.headers.get('access-control-allow-methods')).toContain('POST')
    expect(answer.headers.get('access-control-allow-headers')).toBe('*')
  }
})

test('no token is written to the log or counted, whether its path is known or not', async () => {
  const { call, instance, log } = await startWorld()
  const { path, token, idInstance } = await instance()
  const paths = [path('getStateInstance'), path('nothing'), `${path('qr')}/1`, `/partner/getInstances/${token}`]
  for (const target of paths) await call('GET', target)
  await call('POST', path('setSettings'), '{"webhookUrl":')
  await expect.poll(() => log.filter((line) => line.includes('"msg":"request"'))).toHaveLength(5)
  const metrics = await call('GET', '/metrics')
  expect(metrics.text).toContain('route="/waInstance:idInstance/:method/:apiTokenInstance"')
  for (const written of [log.join(''), metrics.text]) {
    expect(written).not.toContain(token)
    expect(written).not.toContain(String(idInstance))
  }
})

test('an address of absurd length is refused', async () => {
  const { call, instance } = await startWorld()
  const { idInstance } = await instance()
  for (const length of [500, 600, 10_000]) {
    const answer = await call('GET', `/waInstance${idInstance}/qr/${'0'.repeat(length)}`)
    expect([401, 404]).toContain(answer.status)
    expect(answer.headers.get('access-control-allow-origin')).toBe('*')
  }
})
