import { expect, test } from 'vitest'
import { greenApiEvents } from '#gateway/dialects/green-api/event-format.js'
import { eventOf, recipientOf } from '../dialects/every-event.js'

const on = { incomingWebhook: 'yes', stateWebhook: 'yes' } as const
const received = eventOf('message.received')

test('one notification to a request, as JSON, to the URL as it was set', () => {
  const url = 'https://shop.example/hook?x=1&y'
  const delivery = greenApiEvents.encode([received, eventOf('instance.state')], recipientOf({ settings: on }, url))
  expect(delivery).toMatchObject({ count: 1, url, contentType: 'application/json', headers: {} })
  expect(JSON.parse(String(delivery?.body))).toMatchObject({ typeWebhook: 'incomingMessageReceived' })
})

test('a queue has no URL', () => {
  expect(greenApiEvents.encode([received], recipientOf({ settings: on }, null))?.url).toBe('')
})

test('nothing is told where nothing is switched on, whatever is stored', () => {
  for (const settings of [
    undefined,
    null,
    'text',
    {},
    { settings: null },
    { settings: { incomingWebhook: 'maybe' } },
  ]) {
    expect(greenApiEvents.encode([received], recipientOf(settings)), JSON.stringify(settings)).toBeNull()
  }
})

test('silence about the first one is for that one alone', () => {
  const events = [eventOf('link.step'), received]
  expect(greenApiEvents.encode(events, recipientOf({ settings: on }))).toBeNull()
  expect(greenApiEvents.encode(events.slice(1), recipientOf({ settings: on }))?.count).toBe(1)
})

test.each([
  ['', undefined],
  ['   ', undefined],
  ['secret-word', 'Bearer secret-word'],
  ['Bearer secret-word', 'Bearer secret-word'],
  ['bearer secret-word', 'bearer secret-word'],
  ['Basic c2hvcDp3b3Jk', 'Basic c2hvcDp3b3Jk'],
  ['Basic', 'Bearer Basic'],
  [' padded ', 'Bearer padded'],
])('webhookUrlToken %j becomes the header %j', (webhookUrlToken, header) => {
  const delivery = greenApiEvents.encode([received], recipientOf({ settings: { ...on, webhookUrlToken } }))
  expect(delivery?.headers).toEqual(header === undefined ? {} : { authorization: header })
})

test('what happened before it was switched on is not told', () => {
  const at = (time: string) => eventOf('message.received', undefined, { time: new Date(time) })
  const kept = { settings: on, switchedOn: { incomingWebhook: '2026-01-02T03:04:05.678Z' } }
  expect(greenApiEvents.encode([at('2026-01-02T03:04:05.677Z')], recipientOf(kept))).toBeNull()
  expect(greenApiEvents.encode([at('2026-01-02T03:04:05.678Z')], recipientOf(kept))).not.toBeNull()
  // Each switch for itself.
  expect(greenApiEvents.encode([eventOf('instance.state')], recipientOf(kept))).not.toBeNull()
})

test('tries as the vendor does: 180 s for each attempt, one a minute, for a day, and 200 alone counts', () => {
  const { timeout, retryEvery, horizon, accepts } = greenApiEvents.rules ?? {}
  expect([timeout, retryEvery, horizon]).toEqual([180_000, 60_000, 86_400_000])
  expect([200, 201, 202, 204, 301, 400, 410, 500].filter((status) => accepts?.(status))).toEqual([200])
})
