import { gunzipSync, inflateSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { GatewayEvent } from '#gateway/core/events/event.js'
import { witiEvents } from '#gateway/dialects/witi/event-format.js'
import { eventOf, everyKind, fromAna, recipientOf } from '../dialects/every-event.js'

const webId = '6D6307C3-2973-4468-85FA-D047CB8E1F2E'
const single = { webId, webhook: 'http://my-erp.com.br', userAgent: '', bulk: false, apiVersion: '1.0' }
const bulk = { ...single, bulk: true }
const bulkGz = { ...bulk, apiVersion: '1.1' }

const texts = (...said: readonly string[]): GatewayEvent[] =>
  said.map((text, i) => eventOf('message.received', { ...fromAna, content: { kind: 'text', text } }, { seq: i + 1 }))

const encoded = (events: readonly GatewayEvent[], config: object | undefined, url = 'http://my-erp.com.br') =>
  witiEvents.encode(events, recipientOf(config, url))

/** The consumer of the vendor's page about PostBack, in its two versions, with the functions of another language. */
function consume(body: string): { message: string }[] {
  const parse = (json: string) => JSON.parse(json) as { message: string }
  const unpack = (array: string) =>
    (JSON.parse(array.replace(/^\uFEFF/, '')) as string[]).map((one) =>
      parse(new TextDecoder().decode(Uint8Array.from(atob(one), (char) => char.charCodeAt(0)))),
    )
  if (body.startsWith('BULKGZ,')) return unpack(inflateSync(Buffer.from(body.slice(7), 'base64')).toString())
  return body.startsWith('BULK,') ? unpack(body.slice(5)) : [parse(body)]
}
const said = (body: string | Uint8Array | undefined): string[] => consume(String(body)).map(({ message }) => message)

test('without bulk: one event, as JSON', () => {
  for (const config of [single, { ...single, apiVersion: '1.1' }]) {
    const delivery = encoded(texts('one', 'two'), config)
    expect(delivery).toMatchObject({ count: 1, contentType: 'application/json', headers: {} })
    expect(JSON.parse(String(delivery?.body))).toMatchObject({ event: 'Msg', WebID: webId, message: 'one' })
  }
})

test('1.0 with bulk: BULK and an array of base64', () => {
  const delivery = encoded(texts('one', 'dois ☕'), bulk)
  expect(delivery).toMatchObject({ count: 2, contentType: 'text/plain; charset=utf-8' })
  expect(String(delivery?.body)).toMatch(/^BULK,\["[A-Za-z0-9+/=]+","[A-Za-z0-9+/=]+"\]$/)
  expect(said(delivery?.body)).toEqual(['one', 'dois ☕'])
})

test('1.1 with bulk: BULKGZ and the same array, compressed with zlib', () => {
  const delivery = encoded(texts('one', 'dois ☕'), bulkGz)
  expect(String(delivery?.body)).toMatch(/^BULKGZ,[A-Za-z0-9+/]+=*$/)
  expect(said(delivery?.body)).toEqual(['one', 'dois ☕'])
  // The header of zlib, not that of gzip.
  expect(() => gunzipSync(Buffer.from(String(delivery?.body).slice(7), 'base64'))).toThrow('incorrect header')
})

test('one event is a bundle too', () => {
  expect(said(encoded(texts('one'), bulk)?.body)).toEqual(['one'])
})

test('no consumer of one version takes what is of the other', () => {
  expect(String(encoded(texts('one'), bulkGz)?.body).startsWith('BULK,')).toBe(false)
  expect(String(encoded(texts('BULK,[]'), single)?.body).startsWith('{')).toBe(true)
})

test('at most 50 events, and about a mebibyte', () => {
  const many = texts(...Array.from({ length: 70 }, (_, i) => `${i}`))
  expect(encoded(many, bulk)?.count).toBe(50)
  const large = texts(...Array.from({ length: 20 }, () => 'x'.repeat(100_000)))
  expect(encoded(large, bulk)?.count).toBe(10)
  expect(encoded(texts('x'.repeat(2_000_000), 'y'), bulk)?.count).toBe(1)
})

test('silence is counted where something is told behind it, and never sent', () => {
  const [one, two] = texts('one', 'two') as [GatewayEvent, GatewayEvent]
  const silent = eventOf('link.step')
  expect(encoded([silent, one], bulk)).toBeNull()
  expect(encoded([one, silent, silent, two, silent], bulk)?.count).toBe(4)
  expect(encoded([one, silent], bulk)?.count).toBe(1)
})

test('whatever happens, and however it is packed, is read as it was told', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...everyKind), { minLength: 1, maxLength: 60 }),
      fc.constantFrom(bulk, bulkGz),
      (kinds, config) => {
        const events = kinds.map((kind, i) => eventOf(kind, undefined, { seq: i + 1 }))
        const alone = events.map((event) => encoded([event], single)?.body)
        const delivery = encoded(events, config)
        if (alone[0] === undefined) expect(delivery).toBeNull()
        else {
          const told = alone.slice(0, delivery?.count).filter((body) => body !== undefined)
          expect(consume(String(delivery?.body))).toEqual(told.map((body) => JSON.parse(String(body)) as unknown))
        }
      },
    ),
  )
})

test('the GUID is appended with an ampersand, whatever the URL is', () => {
  for (const url of ['http://my-erp.com.br', 'https://my-erp.com.br/hook?a=b', 'http://my-erp.com.br/'])
    expect(encoded(texts('one'), single, url)?.url).toBe(`${url}&wid=${webId}`)
})

test('without a GUID there is nothing to append, without settings nothing is bundled', () => {
  const delivery = encoded(texts('one', 'two'), undefined)
  expect(delivery).toMatchObject({ count: 1, url: 'http://my-erp.com.br' })
  expect(JSON.parse(String(delivery?.body))).toMatchObject({ WebID: '', message: 'one' })
})
