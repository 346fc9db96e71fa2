import { createHmac, hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { acs3StringToSign } from '#gateway/dialects/cams/acs3-signature.js'
import { canonical, encoded, joined, readParameters } from '#gateway/dialects/cams/parameters.js'
import { rpcStringToSign } from '#gateway/dialects/cams/rpc-signature.js'
import { isSame, readTime } from '#gateway/dialects/cams/signature.js'

test.each([
  ['AZaz09-_.~', 'AZaz09-_.~'],
  [' ', '%20'],
  ["!'()*", '%21%27%28%29%2A'],
  ['+&=/?#%', '%2B%26%3D%2F%3F%23%25'],
  ['wörld', 'w%C3%B6rld'],
  ['👍\n', '%F0%9F%91%8D%0A'],
])('%j is encoded as %s', (text, expected) => {
  expect(encoded(text)).toBe(expected)
})

test.each([
  ['b=2&a=1', 'a=1&b=2'],
  ['a=', 'a='],
  ['a', 'a='],
  ['', ''],
  ["t=Hello%20w%C3%B6rld!%20(it's)%20*~", 't=Hello%20w%C3%B6rld%21%20%28it%27s%29%20%2A~'],
  ['t=a+b%2Bc', 't=a%20b%2Bc'],
  ['t=%7e%7E', 't=~~'],
  ['A=1&a=2&_=3', 'A=1&_=3&a=2'],
  ['x=a=b', 'x=a%3Db'],
  ['Tags.2=b&Tags.1=a&Filter.Name=n', 'Filter.Name=n&Tags.1=a&Tags.2=b'],
])('%s has the canonical form %s', (text, expected) => {
  expect(canonical(readParameters(text))).toBe(expected)
})

test.each(['a=1&a=1', 'a=1&%61=2', 'a=1&b=2&a=', 'a=%', 'a=%zz', 'a=%ff', 'a=%ED%A0%80', '%c3=1'])(
  '%s is refused: it could be read in more than one way',
  (text) => {
    expect(() => readParameters(text)).toThrow()
  },
)

test('a name of both the query and the form is refused, and so are too many of them', () => {
  expect(() => joined(readParameters('a=1'), readParameters('a=1'))).toThrow()
  expect(joined(readParameters('a=1'), readParameters('b=2')).get('b')).toBe('2')
  const many = (count: number) => Array.from({ length: count }, (_none, i) => `p${i}=`).join('&')
  expect(readParameters(many(100)).size).toBe(100)
  expect(() => readParameters(many(101))).toThrow()
  expect(() => joined(readParameters(many(100)), readParameters('a=1'))).toThrow()
})

/** From the vendor's pages on its signatures, which show each with its result. */
describe("the vendor's own examples", () => {
  test('of ACS3-HMAC-SHA256', () => {
    const payload = hash('sha256', '', 'hex')
    const headers = new Map([
      ['host', 'ecs.cn-shanghai.aliyuncs.com'],
      ['x-acs-action', 'RunInstances'],
      ['x-acs-content-sha256', payload],
      ['x-acs-date', '2023-10-26T10:22:32Z'],
      ['x-acs-signature-nonce', '3156853299f313e23d1673dc12e1703d'],
      ['x-acs-version', '2014-05-26'],
    ])
    const query = readParameters('RegionId=cn-shanghai&ImageId=win2019_1809_x64_dtc_zh-cn_40G_alibase_20230811.vhd')
    const names = [...headers.keys()]
    const text = acs3StringToSign({ method: 'POST', headers, query }, names, names.join(';'), payload)
    expect(text).toBe(`ACS3-HMAC-SHA256\n7ea06492da5221eba5297e897ce16e55f964061054b7695beedaac1145b1e259`)
    const signature = createHmac('sha256', 'YourAccessKeySecret').update(text).digest('hex')
    expect(signature).toBe('06563a9e1b43f5dfe96b81484da74bceab24a1d853912eee15083a6f0f3283c0')
  })

  test('of HMAC-SHA1', () => {
    const parameters = readParameters(
      'Timestamp=2016-02-23T12%3A46%3A24Z&Format=XML&AccessKeyId=testid&Action=DescribeRegions&' +
        'SignatureMethod=HMAC-SHA1&SignatureNonce=3ee8c1b8-83d3-44af-a94f-4e0ad82fd6cf&Version=2014-05-26&' +
        'SignatureVersion=1.0&Signature=left%20out',
    )
    const text = rpcStringToSign('GET', parameters)
    expect(createHmac('sha1', 'testsecret&').update(text).digest('base64')).toBe('OLeaidS1JvxuMvnyHOwuJ+uX5qY=')
  })
})

test('a time is read to the second, in UTC, and only if there is such a day', () => {
  expect(readTime('2026-02-28T23:59:59Z')).toEqual(new Date('2026-02-28T23:59:59Z'))
  for (const text of [
    '2026-02-30T00:00:00Z',
    '2026-03-01T24:00:00Z',
    '2026-03-01T12:00:00',
    '2026-03-01T12:00:00+00:00',
  ])
    expect(readTime(text)).toBeUndefined()
  for (const text of ['', '2026-03-01', '2026-03-01T12:00:00.000Z', 'Sun, 01 Mar 2026 12:00:00 GMT', '1772366400'])
    expect(readTime(text)).toBeUndefined()
})

test('signatures are the same letter by letter, whatever their length', () => {
  expect(isSame('abc', 'abc')).toBe(true)
  for (const shown of ['', 'ab', 'abd', 'abcd', 'ABC', 'äbc']) expect(isSame(shown, 'abc')).toBe(false)
})
