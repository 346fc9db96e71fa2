import { expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { readReturnOrigins, readReturnUrl } from '#gateway/core/link-pages/return-url.js'

const refused = (read: () => unknown): string | undefined => {
  try {
    read()
    return undefined
  } catch (error) {
    return error instanceof GatewayError && error.code === 'bad-request' ? error.field : 'something else'
  }
}

test('an origin is https and a host, or http on this machine', () => {
  const good = ['https://shop.example', 'https://shop.example/', 'https://a.example:8443', 'http://localhost:3000']
  const more = ['http://127.0.0.1:1', 'http://[::1]:8', 'HTTPS://Shop.Example']
  expect(readReturnOrigins([...good, ...more])).toEqual([
    'https://shop.example',
    'https://a.example:8443',
    'http://localhost:3000',
    'http://127.0.0.1:1',
    'http://[::1]:8',
  ])
  const bad = ['http://shop.example', 'https://shop.example/path', 'https://shop.example?q', 'https://u:p@shop.example']
  for (const text of [...bad, 'shop.example', '*', 'null', 'https://*', 'javascript:alert(1)', 'data:,x', 'file:///'])
    expect(
      refused(() => readReturnOrigins([text])),
      text,
    ).toBe('returnOrigins')
  expect(refused(() => readReturnOrigins(Array.from({ length: 51 }, (_, i) => `https://${i}.example`)))).toBe(
    'returnOrigins',
  )
})

test('a return address is on an allowed origin, however it is written', () => {
  const origins = ['https://shop.example', 'http://localhost:3000']
  expect(readReturnUrl('https://shop.example', origins)).toBe('https://shop.example/')
  expect(readReturnUrl('https://SHOP.example:443/a?b=c#d', origins)).toBe('https://shop.example/a?b=c#d')
  expect(readReturnUrl('http://localhost:3000/x', origins)).toBe('http://localhost:3000/x')
  for (const text of [
    'https://shop.example.evil.example/',
    'https://evil.example/?https://shop.example',
    'https://shop.example@evil.example/',
    'https://user@shop.example/',
    'https://shop.example:8443/',
    'http://shop.example/',
    'http://localhost/',
    '//shop.example/',
    '/path',
    'https:\\\\evil.example\\@shop.example',
    'https://shop.example\u2024evil.example/',
    'javascript://shop.example/%0aalert(1)',
    'blob:https://shop.example/x',
    'https://evil.example\r\n.shop.example/',
    '{{7*7}}',
    '',
  ])
    expect(
      refused(() => readReturnUrl(text, origins)),
      text,
    ).toBe('returnUrl')
})

test('what is no URL is refused and never thrown, however often it was asked', () => {
  const answers = new Set<string | undefined>()
  for (let round = 0; round < 50_000; round++) {
    answers.add(refused(() => readReturnUrl('http://192\u00e3\u0080\u0082168/', ['https://shop.example'])))
  }
  expect([...answers]).toEqual(['returnUrl'])
})
