import { expect, test } from 'vitest'
import { Configs } from '#gateway/dialects/witi/config.js'
import { startWorld } from './world.js'

const all = {
  webhook: 'https://my-system.com/newWebHook',
  user_agent: 'Opera',
  APIVersionCanBulk: true,
  APIVersion: '1.1',
}
const kept = { webhook: all.webhook, userAgent: 'Opera', bulk: true, apiVersion: '1.1' }
const keptWith = (webId: string) => ({ ...kept, webId })

test('the answer shows the new settings, the webhook as it was sent', async () => {
  const { connection, gateway } = await startWorld()
  const { run, id, wid } = await connection()
  const { status, body } = await run('set_config', all)
  const shown = (await run('status')).body
  expect(status).toBe(200)
  expect(body).toEqual({ ...shown, Webhook: all.webhook, UserAgent: 'Opera' })
  // Every other answer shows it with the wid, joined by `&` though there is no `?`.
  expect(shown.Webhook).toBe(`${all.webhook}&wid=${wid}`)
  expect(gateway.stored.get(`${id} witi`)).toEqual(keptWith(wid))
})

test('events go to the webhook as it was set, the wid being appended when they are sent', async () => {
  const { connection, gateway } = await startWorld()
  const { run, id } = await connection()
  await run('set_config', { user_agent: 'Opera' })
  expect(gateway.managed.size).toBe(0)
  await run('set_config', { webhook: all.webhook })
  expect(gateway.managed).toEqual(new Map([[`${id} witi`, all.webhook]]))
  await run('set_config', { APIVersionCanBulk: true })
  expect(gateway.managed).toEqual(new Map([[`${id} witi`, all.webhook]]))
  await run('set_config', { webhook: '' })
  expect(gateway.managed.size).toBe(0)
})

test('no webhook is sent what is packed for another one, or without its GUID', async () => {
  const { connection, gateway } = await startWorld()
  const { run, wid } = await connection()
  const [one, two] = ['http://one.example', 'http://two.example']
  await run('set_config', { webhook: one })
  await run('set_config', { webhook: two, APIVersionCanBulk: true })
  expect((await run('set_config', { webhook: 'http://forbidden/', APIVersionCanBulk: false })).status).toBe(400)
  const settings = (webhook: string, bulk: boolean) => ({ webId: wid, webhook, userAgent: '', bulk, apiVersion: '1.0' })
  expect(gateway.moves).toEqual([
    { url: one, settings: settings(one, false) },
    { url: null, settings: settings(one, false) },
    { url: two, settings: settings(two, true) },
    { url: null, settings: settings(two, true) },
    { url: two, settings: settings(two, true) },
  ])
})

test('a webhook that nothing may be sent to is refused by its name, and nothing of its request is kept', async () => {
  const { connection, gateway } = await startWorld()
  const { run } = await connection()
  const answer = await run('set_config', { webhook: 'http://forbidden/', user_agent: 'Opera' })
  expect([answer.status, answer.body.error]).toEqual([400, 'webhook must lead to where this server may send'])
  expect(gateway.managed.size).toBe(0)
  expect([...gateway.stored.values()]).toMatchObject([{ webhook: '', userAgent: '' }])
})

test('a field that is left out or null stays; an empty webhook is none', async () => {
  const { connection, gateway } = await startWorld()
  const { run, id, wid } = await connection()
  await run('set_config', all)
  for (const nothing of [{}, undefined, { user_agent: null, APIVersion: null, APIVersionCanBulk: null }, { other: 1 }])
    expect((await run('set_config', nothing)).status).toBe(200)
  expect(gateway.stored.get(`${id} witi`)).toEqual(keptWith(wid))
  await run('set_config', { webhook: '' })
  expect(gateway.stored.get(`${id} witi`)).toEqual({ ...keptWith(wid), webhook: '' })
  expect((await run('status')).body.Webhook).toBe('')
})

test('changes at the same time do not undo each other', async () => {
  const { connection, gateway } = await startWorld()
  const { id, wid } = await connection()
  const who = { ...(await gateway.access.byWid(wid)), webId: wid }
  // Asked in one turn of the event loop, which requests over sockets are not sure to be.
  const configs = new Configs(gateway.settings)
  await Promise.all(Object.entries(kept).map(([name, value]) => configs.change(who, { [name]: value })))
  expect(gateway.stored.get(`${id} witi`)).toEqual(keptWith(wid))
})

test('the browser named with a QR is kept, and written once', async () => {
  const { connection, gateway } = await startWorld()
  const { run, id } = await connection()
  for (let times = 0; times < 3; times++) await run('generate_qrcode', { user_agent: 'Mozilla/5.0 (Macintosh)' })
  expect(gateway.writes).toBe(1)
  expect(gateway.stored.get(`${id} witi`)).toMatchObject({ userAgent: 'Mozilla/5.0 (Macintosh)' })
  expect((await run('status')).body.UserAgent).toBe('Mozilla/5.0 (Macintosh)')
})

const unfit: readonly (readonly [body: object, field: string])[] = [
  [{ webhook: 'ftp://my-system.com' }, 'webhook'],
  [{ webhook: 'javascript:alert(1)' }, 'webhook'],
  [{ webhook: 'file:///etc/passwd' }, 'webhook'],
  [{ webhook: '//my-system.com' }, 'webhook'],
  [{ webhook: 'my-system.com' }, 'webhook'],
  [{ webhook: 'http://' }, 'webhook'],
  [{ webhook: 'http://my system.com/' }, 'webhook'],
  [{ webhook: 'http://my-system.com/\r\nx: y' }, 'webhook'],
  [{ webhook: ' http://my-system.com/' }, 'webhook'],
  [{ webhook: `http://my-system.com/${'a'.repeat(2048)}` }, 'webhook'],
  [{ webhook: 1 }, 'webhook'],
  [{ webhook: ['http://my-system.com'] }, 'webhook'],
  [{ user_agent: 1 }, 'user_agent'],
  [{ user_agent: 'a\nb' }, 'user_agent'],
  [{ user_agent: 'a'.repeat(513) }, 'user_agent'],
  [{ APIVersionCanBulk: 'true' }, 'APIVersionCanBulk'],
  [{ APIVersion: '2.0' }, 'APIVersion'],
  [{ APIVersion: 1 }, 'APIVersion'],
]
test('a value that does not fit is refused by its name, and nothing of its request is kept', async () => {
  const { connection, gateway } = await startWorld()
  const { run } = await connection()
  for (const [body, field] of unfit) {
    const answer = await run('set_config', { APIVersionCanBulk: true, ...body })
    expect(answer.status, JSON.stringify(body)).toBe(400)
    expect(answer.body).toEqual({ status: 0, error: String(answer.body.error), ttl: 0 })
    expect(answer.body.error).toMatch(new RegExp(`^${field} must `))
  }
  expect((await run('generate_qrcode', { user_agent: 1 })).status).toBe(400)
  expect(gateway.stored.size).toBe(0)
})

test('an http webhook is as good as an https one', async () => {
  const { connection } = await startWorld()
  const { run } = await connection()
  for (const webhook of ['http://my-erp.com.br', 'HTTPS://my-erp.com.br:8443/a?b=c', 'http://[2001:db8::1]/'])
    expect((await run('set_config', { webhook })).body.Webhook).toBe(webhook)
})
