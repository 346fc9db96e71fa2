import { expect, test } from 'vitest'
import { afterClose, type Circumstances } from '#gateway/core/connection/after-close.js'
import type { CloseReason, CloseReasonKind } from '#gateway/core/connection/close-reason.js'

const linked: Circumstances = { desired: 'linked', hasIdentity: true, hasLoggedIn: true, replacedBefore: false }
const linking: Circumstances = { ...linked, desired: 'unlinked', hasIdentity: false, hasLoggedIn: false }

/** One of each kind; a new kind without a row does not compile. */
const reasons: { [Kind in CloseReasonKind]: CloseReason & { kind: Kind } } = {
  'restart-required': { kind: 'restart-required' },
  'logged-out': { kind: 'logged-out' },
  banned: { kind: 'banned' },
  'temporarily-banned': { kind: 'temporarily-banned', until: new Date(86_400_000) },
  'client-outdated': { kind: 'client-outdated' },
  'multi-device-mismatch': { kind: 'multi-device-mismatch' },
  replaced: { kind: 'replaced' },
  'connection-lost': { kind: 'connection-lost' },
  unresponsive: { kind: 'unresponsive' },
  unreachable: { kind: 'unreachable', detail: 'ECONNREFUSED' },
  'not-whatsapp': { kind: 'not-whatsapp' },
  'server-trouble': { kind: 'server-trouble', code: 503 },
  'link-expired': { kind: 'link-expired' },
  'storage-error': { kind: 'storage-error', detail: 'identity' },
  'storage-full': { kind: 'storage-full' },
  requested: { kind: 'requested' },
}

/** faults.md B1a, for a linked account. */
const whenLinked: Record<CloseReasonKind, object> = {
  'restart-required': { do: 'reconnect', delay: 'none', reason: 'restarting' },
  'logged-out': { do: 'stop', state: 'unlinked', reason: 'logged-out-by-phone', desired: 'unlinked', retire: true },
  banned: { do: 'stop', state: 'banned', reason: 'banned', desired: 'unlinked', retire: true },
  'temporarily-banned': {
    do: 'wait',
    until: new Date(86_400_000),
    state: 'restricted',
    reason: 'temporarily-banned',
  },
  'client-outdated': { do: 'halt-network' },
  'multi-device-mismatch': {
    do: 'stop',
    state: 'paused',
    reason: 'multi-device-mismatch',
    desired: 'paused',
    retire: false,
  },
  replaced: { do: 'reconnect', delay: 'minute', reason: 'replaced' },
  'connection-lost': { do: 'reconnect', delay: 'back-off', reason: 'connection-lost' },
  unresponsive: { do: 'reconnect', delay: 'back-off', reason: 'unresponsive' },
  unreachable: { do: 'reconnect', delay: 'back-off', reason: 'whatsapp-unreachable' },
  'not-whatsapp': { do: 'reconnect', delay: 'back-off', reason: 'whatsapp-refused' },
  'server-trouble': { do: 'reconnect', delay: 'back-off', reason: 'server-trouble' },
  'link-expired': { do: 'reconnect', delay: 'back-off', reason: 'connection-lost' },
  'storage-error': {
    do: 'stop',
    state: 'storage-error',
    reason: 'credentials-unreadable',
    desired: 'linked',
    retire: false,
  },
  'storage-full': { do: 'reconnect', delay: 'back-off', reason: 'storage-full' },
  requested: { do: 'nothing' },
}

/** The same while no phone has accepted anything yet: the attempt fails, and says why. */
const whenLinking: Record<CloseReasonKind, object> = {
  'restart-required': { do: 'fail-link', error: 'link-interrupted' },
  'logged-out': { do: 'fail-link', error: 'whatsapp-refused' },
  banned: { do: 'fail-link', error: 'whatsapp-refused' },
  'temporarily-banned': { do: 'fail-link', error: 'whatsapp-refused' },
  'client-outdated': { do: 'halt-network' },
  'multi-device-mismatch': { do: 'fail-link', error: 'whatsapp-refused' },
  replaced: { do: 'fail-link', error: 'link-interrupted' },
  'connection-lost': { do: 'fail-link', error: 'whatsapp-unreachable' },
  unresponsive: { do: 'fail-link', error: 'whatsapp-unreachable' },
  unreachable: { do: 'fail-link', error: 'whatsapp-unreachable' },
  'not-whatsapp': { do: 'fail-link', error: 'whatsapp-refused' },
  'server-trouble': { do: 'fail-link', error: 'whatsapp-unreachable' },
  'link-expired': { do: 'fail-link', error: 'link-expired' },
  'storage-error': { do: 'fail-link', error: 'storage-error' },
  'storage-full': { do: 'fail-link', error: 'storage-full' },
  requested: { do: 'nothing' },
}

test.each(Object.values(reasons))('F12: $kind ends a linked connection with one decision', (reason) => {
  expect(afterClose(reason, linked)).toEqual(whenLinked[reason.kind])
})

test.each(Object.values(reasons))('F12: $kind ends a link attempt with one decision', (reason) => {
  expect(afterClose(reason, linking)).toEqual(whenLinking[reason.kind])
})

test('credentials are retired only where WhatsApp said that the device is gone', () => {
  const retiring = Object.values(reasons).filter((reason) => {
    const decision = afterClose(reason, linked)
    return decision.do === 'stop' && decision.retire
  })
  expect(retiring.map(({ kind }) => kind).sort()).toEqual(['banned', 'logged-out'])
})

test('a second eviction is an answer: nothing reconnects until the owner asks', () => {
  expect(afterClose(reasons.replaced, { ...linked, replacedBefore: true })).toEqual({
    do: 'stop',
    state: 'paused',
    reason: 'replaced',
    desired: 'paused',
    retire: false,
  })
})

test('F1: an identity that WhatsApp never knew was a link cut short, not a logout by the phone', () => {
  const decision = afterClose(reasons['logged-out'], { ...linked, hasLoggedIn: false })
  expect(decision).toMatchObject({ state: 'unlinked', reason: 'link-interrupted', retire: true })
})

test('the answer to our own goodbye is a logout that was asked for', () => {
  const decision = afterClose(reasons['logged-out'], { ...linked, desired: 'unlinked' })
  expect(decision).toMatchObject({ state: 'unlinked', reason: 'logout-requested', retire: true })
})
