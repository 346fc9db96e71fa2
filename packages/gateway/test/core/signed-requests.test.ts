import { describe, expect, onTestFinished, test } from 'vitest'
import { AccessKeysService } from '#gateway/core/access/access-keys-service.js'
import type { Caller } from '#gateway/core/access/access.js'
import { noncesKeptFor, signatureWindow, type SignedRequest } from '#gateway/core/access/signed-request.js'
import { Retention, usualRetention } from '#gateway/core/events/retention.js'
import { noonClock } from '../message-links/world.js'
import { openSqlite, type SqliteOpened } from '../store/sqlite-folder.js'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

async function start(wish: { network?: 'sandbox' } = {}) {
  const database = await openSqlite()
  let { store } = database
  onTestFinished(() => store.close())
  const clock = noonClock()
  const keysOver = (opened: SqliteOpened) => new AccessKeysService(opened.store.accessKeys, clock, ['cams:*'])
  let keys = keysOver(database)
  const workspace = await store.access.ensureWorkspace('shop')
  const caller: Caller = { workspace, scopes: ['admin'], network: null }
  const { secret, record } = await keys.create(caller, { permissions: ['cams:*'], ...wish })
  const asked: string[] = []
  const request = (over: Partial<SignedRequest> = {}): SignedRequest => ({
    accessKeyId: record.accessKeyId,
    signedAt: clock.now(),
    nonce: 'n-1',
    isSignedWith: (shown) => {
      asked.push(shown)
      return shown === secret
    },
    ...over,
  })
  const outcome = async (over: Partial<SignedRequest> = {}): Promise<string> => {
    const verdict = await keys.verify(request(over))
    return verdict.kind === 'accepted' ? verdict.kind : verdict.flaw
  }
  const restart = async () => {
    const again = await database.reopen()
    store = again.store
    keys = keysOver(again)
  }
  return {
    clock,
    workspace,
    caller,
    record,
    secret,
    asked,
    request,
    outcome,
    restart,
    keys: () => keys,
    store: () => store,
  }
}

/** After its start retention waits for so long. */
const aMinute = 60_000

const wrong = { isSignedWith: () => false }

describe('a signed request', () => {
  test('is on behalf of the workspace of its key, and about message links', async () => {
    const { keys, request, record, workspace } = await start()
    const caller = {
      workspace,
      scopes: ['instances:read', 'message-links:read', 'message-links:write'],
      network: 'whatsapp',
    }
    expect(await keys().verify(request())).toEqual({ kind: 'accepted', key: record, caller })
  })

  test('with a test key is about the sandbox', async () => {
    const { keys, request } = await start({ network: 'sandbox' })
    expect(await keys().verify(request())).toMatchObject({ caller: { network: 'sandbox' } })
  })

  test('is accepted up to the edge of the window, either way, and not beyond', async () => {
    const { clock, outcome } = await start()
    for (const [index, away] of [-signatureWindow, signatureWindow].entries()) {
      const signedAt = new Date(clock.now().getTime() + away)
      const beyond = new Date(signedAt.getTime() + Math.sign(away))
      expect(await outcome({ nonce: `${index}`, signedAt: beyond })).toBe('stale')
      expect(await outcome({ nonce: `${index}`, signedAt })).toBe('accepted')
    }
    expect(await outcome({ nonce: 'x', signedAt: new Date(NaN) })).toBe('stale')
    expect(await outcome({ nonce: 'x', signedAt: undefined })).toBe('no-time')
  })

  test('that is repeated is refused, also 100 at a time', async () => {
    const { outcome } = await start()
    const outcomes = await Promise.all(Array.from({ length: 100 }, () => outcome()))
    expect(outcomes.filter((one) => one === 'accepted')).toHaveLength(1)
    expect(outcomes.filter((one) => one === 'repeated')).toHaveLength(99)
    expect(await outcome({ nonce: 'n-2' })).toBe('accepted')
  })

  test('that is repeated is refused after a restart', async () => {
    const { outcome, restart } = await start()
    expect(await outcome()).toBe('accepted')
    await restart()
    expect(await outcome()).toBe('repeated')
  })

  test('uses up no nonce when its signature is wrong, or it is too old', async () => {
    const { clock, outcome } = await start()
    expect(await outcome(wrong)).toBe('wrong-signature')
    expect(await outcome({ signedAt: undefined })).toBe('no-time')
    expect(await outcome({ signedAt: new Date(clock.now().getTime() - signatureWindow - 1) })).toBe('stale')
    expect(await outcome()).toBe('accepted')
  })

  test('is told nothing of time and nonces before its signature is right', async () => {
    const { outcome } = await start()
    expect(await outcome()).toBe('accepted')
    expect(await outcome(wrong)).toBe('wrong-signature')
    expect(await outcome({ ...wrong, signedAt: undefined })).toBe('wrong-signature')
    expect(await outcome({ ...wrong, signedAt: new Date(0) })).toBe('wrong-signature')
  })

  test('of nobody is compared all the same, with a secret of nobody either', async () => {
    const { asked, outcome, secret } = await start()
    expect(await outcome({ accessKeyId: 'GWAK0' })).toBe('unknown-key')
    expect(asked).toHaveLength(1)
    expect(asked[0]).toHaveLength(secret.length)
    expect(asked[0]).not.toBe(secret)
  })

  test('of a revoked key is refused, and compared with that secret too', async () => {
    const { asked, keys, caller, record, outcome, secret } = await start()
    await keys().revoke(caller, record.id)
    expect(await outcome()).toBe('revoked-key')
    expect(asked).not.toContain(secret)
  })

  test('cannot be repeated at any time from one edge of the window to the other', async () => {
    const { clock, store, outcome } = await start()
    expect(await outcome({ nonce: 'earlier' })).toBe('accepted')
    clock.advance(1)
    const signedAt = new Date(clock.now().getTime() + signatureWindow)
    expect(await outcome({ signedAt })).toBe('accepted')
    clock.advance(noncesKeptFor - aMinute)
    const gone = await new Promise((resolve) => {
      const log = { ...silent, debug: resolve }
      const retention = new Retention({ store: store().expiry, limits: usualRetention, clock, log })
      onTestFinished(() => retention.close())
      retention.start()
      clock.advance(aMinute)
    })
    expect(gone).toMatchObject({ nonces: 1 })
    expect(await outcome({ signedAt })).toBe('repeated')
    clock.advance(1)
    expect(await outcome({ signedAt })).toBe('stale')
  })
})
