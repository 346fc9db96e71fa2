import { describe, expect, test } from 'vitest'
import { UsageError } from '#gateway/app/cli/command.js'
import { commands, usage } from '#gateway/app/cli/commands.js'
import { readKeysWish } from '#gateway/app/cli/keys.js'
import { readLinkWish } from '#gateway/app/cli/link/link-wish.js'

const here = { url: undefined, key: undefined }

describe('gangway link', () => {
  test.each([
    [['shop'], { instance: 'shop', code: undefined, expected: undefined, sandbox: false, scan: false }],
    [['--sandbox', 'demo', '--scan'], { instance: 'demo', sandbox: true, scan: true }],
    [['shop', '--code', '+62 812', '--phone=62812'], { code: '+62 812', expected: '62812' }],
    [['shop', '--url', 'http://a:1', '--key', 'k'], { url: 'http://a:1', key: 'k' }],
  ])('%j', (args, wish) => {
    expect(readLinkWish(args)).toMatchObject(wish)
  })

  test.each([
    [[], "'link' is followed by one instance"],
    [['a', 'b'], "'link' is followed by one instance"],
    [['shop', '--scan'], '--scan is for --sandbox'],
    [['shop', '--colour'], "'link': Unknown option '--colour'."],
    [['shop', '--code'], "'link': Option '--code <value>' argument missing."],
  ])('%j makes no sense', (args, message) => {
    expect(() => readLinkWish(args)).toThrow(UsageError)
    expect(() => readLinkWish(args)).toThrow(message)
  })
})

describe('gangway keys', () => {
  test.each([
    [['list'], { act: 'list', ...here }],
    [['revoke', 'k-1'], { act: 'revoke', id: 'k-1', ...here }],
    [['create', 'shop'], { act: 'create', name: 'shop', scopes: [], sandbox: false, ...here }],
    [
      ['create', 'shop', '--scope', 'sandbox', '--scope', 'messages:read', '--sandbox'],
      { act: 'create', name: 'shop', scopes: ['sandbox', 'messages:read'], sandbox: true, ...here },
    ],
  ])('%j', (args, wish) => {
    expect(readKeysWish(args)).toEqual(wish)
  })

  test.each([
    [[], "'keys' is followed by"],
    [['create'], "'keys' is followed by"],
    [['revoke'], "'keys' is followed by"],
    [['list', 'all'], "'keys' is followed by"],
    [['revoke', 'a', 'b'], 'one at a time'],
    [['list', '--sandbox'], 'for a new key'],
    [['create', 'shop', '--scope', 'everything'], "there is no scope 'everything'; there are admin, "],
  ])('%j makes no sense', (args, message) => {
    expect(() => readKeysWish(args)).toThrow(UsageError)
    expect(() => readKeysWish(args)).toThrow(message)
  })
})

test('the usage has every command', () => {
  for (const name of commands.keys()) expect(usage()).toContain(`  gangway ${name}`)
  expect([...commands.keys()]).toEqual(['start', 'link', 'instances', 'poster', 'keys', 'doctor', 'demo'])
})
