import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { contentKinds } from './every-content.js'
import { startWorld } from './world.js'

const page = await readFile(new URL('../../../../docs/messages.md', import.meta.url), 'utf8')

/** `post <path> '<JSON>'`, as a reader copies them. */
const calls = [...page.matchAll(/^post (\S+) '(.+)'(?: *#.*)?$/gm)].map(([, path = '', body = '']) => ({ path, body }))

test('every call that the page has can be made as it stands there', async () => {
  const { call, instance } = await startWorld()
  const id = await instance()
  // Some of them speak of a message that its reader has sent before.
  const sent = await call(
    'POST',
    `/api/v1/instances/${id}/messages`,
    { to: '15550000001', text: 'hi' },
    {
      headers: { 'idempotency-key': '3EB0C0FFEE' },
    },
  )
  expect(sent.body.id).toBe('3EB0C0FFEE')
  expect(calls.length).toBeGreaterThan(30)
  for (const { path, body } of calls.filter((one) => !one.path.endsWith('/scan'))) {
    const answer = await call('POST', `/api/v1/${path.replace('$ID', id)}`, body)
    expect([path, body, answer.status, answer.body.code, answer.body.field]).toEqual([
      path,
      body,
      answer.text === '' ? 204 : path.endsWith('check') ? 200 : 201,
      undefined,
      undefined,
    ])
  }
})

test('the page lists every kind', () => {
  for (const kind of contentKinds) expect(page).toContain(`\`${kind}\``)
})
