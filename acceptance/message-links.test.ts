import { expect, test } from 'vitest'
import { decode } from '../packages/gateway/test/qr/decoder.js'
import { until } from './native-client.js'
import { startWorld } from './world.js'

interface Link {
  readonly id: string
  readonly code: string
  readonly url: string
  readonly image: { readonly png: string }
  readonly instance: string | null
  readonly scans: number
  readonly conversations: number
  readonly conversion: number | null
}

const phone =
  'Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Mobile Safari/537.36'

/** What somebody's phone does with a code on a poster: reads the picture, opens the address, and shows the draft. */
async function scan(png: string): Promise<{ number: string; draft: string }> {
  const picture = Buffer.from(await (await fetch(png)).arrayBuffer())
  const address = (await decode(picture))?.text ?? ''
  const answer = await fetch(address, { redirect: 'manual', headers: { 'user-agent': phone } })
  expect(answer.status).toBe(302)
  const target = new URL(answer.headers.get('location') ?? '')
  expect(target.origin).toBe('https://wa.me')
  return { number: target.pathname.slice(1), draft: target.searchParams.get('text') ?? '' }
}

test('a poster is scanned, the message that follows names its link, and a crash neither loses nor repeats that', async () => {
  const world = await startWorld()
  const { api, gateway, whatsapp } = world
  const { instance, phone: shop } = await world.linked()
  const ana = await whatsapp.registerPhone({ name: 'Ana' })
  const wish = { phone: shop.number, text: 'Hello, a table please', name: 'Window', tags: ['spring'] }
  const link = await api.ok<Link>('POST', '/message-links', wish)
  expect(link.instance).toBe(instance.id)

  const { number, draft } = await scan(link.image.png)
  expect(number).toBe(shop.number)
  await ana.send(number, draft)
  const told = await api.event(instance.id, ({ kind }) => kind === 'message-link.conversation')
  expect(told.data).toMatchObject({ link: link.id, code: link.code, linkName: 'Window', tags: ['spring'], name: 'Ana' })
  const message = await api.event(instance.id, ({ seq }) => seq === told.seq - 1)
  expect(message).toMatchObject({ kind: 'message.received', data: { id: told.data.message, phone: ana.number } })
  const read = () => api.ok<Link>('GET', `/message-links/${link.id}`)
  expect(await until(read, ({ scans }) => scans === 1)).toMatchObject({ conversations: 1, conversion: 1 })

  await gateway.kill()
  await gateway.start()
  await api.reaches(instance.id, 'linked')
  await ana.send(number, 'and for two, please')
  await api.event(instance.id, ({ kind, data }) => {
    return kind === 'message.received' && JSON.stringify(data.content).includes('for two')
  })
  const events = await api.events(instance.id)
  expect(events.filter(({ kind }) => kind === 'message-link.conversation')).toHaveLength(1)
  expect(await read()).toMatchObject({ scans: 1, conversations: 1 })

  await api.ok('PATCH', `/message-links/${link.id}`, { text: 'Hello, something else' })
  expect((await scan(link.image.png)).draft).toContain('something else')
  await api.ok('DELETE', `/message-links/${link.id}`)
  expect((await fetch(link.url)).status).toBe(404)
  expect(gateway.output).not.toContain(link.code)
})
