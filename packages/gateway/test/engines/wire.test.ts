import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { Restriction } from '#gateway/core/errors/restriction.js'
import { fromWire, toWire } from '#gateway/engines/threaded/wire.js'

const across = (error: unknown) => fromWire(structuredClone(toWire(error)))

test('an error comes out of a thread as what it went in as', () => {
  const until = new Date('2030-03-17T17:46:40Z')
  const restriction = across(new Restriction('for now', until))
  expect(restriction).toBeInstanceOf(Restriction)
  expect(restriction).toMatchObject({ code: 'instance-restricted', effect: 'none', until })
  expect(across(new Restriction('for now', null))).toMatchObject({ until: null })
  const lost = across(new GatewayError('send-timed-out', 'no answer', { effect: 'unknown' }))
  expect(lost).not.toBeInstanceOf(Restriction)
  expect(lost).toMatchObject({ code: 'send-timed-out', message: 'no answer', effect: 'unknown' })
  expect(across(new Error('bug'))).toMatchObject({ code: 'internal-error', effect: 'unknown' })
})
