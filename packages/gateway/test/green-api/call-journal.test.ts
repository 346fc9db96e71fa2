import { expect, test } from 'vitest'
import type { CallData } from '#gateway/core/events/event.js'
import { everyEvent } from '../dialects/every-event.js'
import { startWorld } from './world.js'

/** When it is in the log of the fake. */
const now = Date.parse('2026-01-02T03:04:05.678Z')

test('calls to the account, each once and as it ended, the newest first', async () => {
  const { call, instance, gateway, clock } = await startWorld()
  clock.advance(now)
  const { id, path } = await instance()
  const rings = (data: Partial<CallData>): void => {
    gateway.happened(id, { kind: 'call', data: { ...everyEvent.call, ...data } })
  }
  rings({ id: 'A', status: 'offered' })
  rings({ id: 'B', status: 'offered', video: true, group: '120363012345678901@g.us' })
  rings({ id: 'A', status: 'missed' })
  rings({ id: 'B', status: 'accepted', video: true, group: '120363012345678901@g.us' })
  // Of the end of an answered call the vendor tells nothing.
  rings({ id: 'B', status: 'ended', video: true, group: '120363012345678901@g.us' })
  rings({ id: 'C', status: 'ended' })
  const { body } = await call('GET', path('lastIncomingCalls'))
  const common = { type: 'incoming', timestamp: 1767323045, typeMessage: 'incomingCall' }
  expect(body).toEqual([
    { ...common, idMessage: 'B', chatId: '120363012345678901@g.us', isVideo: true, status: 'pickUp', isGroup: true },
    { ...common, idMessage: 'A', chatId: '79001234568@c.us', isVideo: false, status: 'declined', isGroup: false },
  ])
})

test('only calls of the last minutes', async () => {
  const { call, instance, gateway, clock } = await startWorld()
  clock.advance(now + 10 * 60_000)
  const { id, path } = await instance()
  gateway.happened(id, { kind: 'call', data: everyEvent.call })
  expect((await call('GET', `${path('lastIncomingCalls')}?minutes=9`)).body).toEqual([])
  clock.advance(1000)
  expect((await call('GET', `${path('lastIncomingCalls')}?minutes=11`)).body).toHaveLength(1)
  clock.advance(1000)
  expect((await call('GET', `${path('lastIncomingCalls')}?minutes=x`)).status).toBe(400)
})

test('calls that the account makes are not known here', async () => {
  const { call, instance } = await startWorld()
  const answer = await call('GET', (await instance()).path('lastOutgoingCalls'))
  expect([answer.status, answer.body]).toEqual([200, []])
})
