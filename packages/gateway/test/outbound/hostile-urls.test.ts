import { once } from 'node:events'
import { connect, createServer, type AddressInfo, type Server } from 'node:net'
import { networkInterfaces } from 'node:os'
import { inspect } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { GatewayError } from '#gateway/core/errors/gateway-error.js'
import { systemClock } from '#gateway/core/ports/clock.js'
import { unreachableText } from '#gateway/core/ports/outbound.js'
import { createOutbound } from '#gateway/outbound/create-outbound.js'
import { NotAllowed, openSocket } from '#gateway/outbound/open-socket.js'
import { openOutbound, request } from './endpoint.js'

interface Tripwire {
  readonly host: string
  readonly server: Server
}

/** They accept what should never have been sent, and count it. */
const tripwires: Tripwire[] = []
let accepted = 0
let port = 0

beforeAll(async () => {
  for (const host of hasIpv6() ? ['127.0.0.1', '::1'] : ['127.0.0.1']) {
    const server = createServer((socket) => {
      accepted++
      socket.destroy()
    })
    server.listen(port, host)
    await once(server, 'listening')
    port = (server.address() as AddressInfo).port
    tripwires.push({ host, server })
  }
})

afterAll(() => {
  for (const { server } of tripwires) server.close()
})

/** How many connections there have been so far. Connections are accepted in order, so one of our own comes after them. */
async function touched(): Promise<number> {
  for (const { host } of tripwires)
    await once(
      connect(port, host).on('error', () => undefined),
      'close',
    )
  return (accepted -= tripwires.length)
}

function hasIpv6(): boolean {
  return Object.values(networkInterfaces()).some((addresses) => addresses?.some(({ address }) => address === '::1'))
}

/** What a hostile name server says. Nobody has been given 2fff::/16, so what is public here leads nowhere either. */
const names = new Map([
  ['loopback.test', ['127.0.0.1']],
  ['loopback6.test', ['::1']],
  ['both.test', ['127.0.0.1', '::1']],
  ['zero.test', ['0.0.0.0']],
  ['unspecified.test', ['::']],
  ['mapped.test', ['::ffff:127.0.0.1']],
  ['mapped-hex.test', ['::ffff:7f00:1']],
  ['compatible.test', ['::127.0.0.1']],
  ['nat64.test', ['64:ff9b::7f00:1']],
  ['local-nat64.test', ['64:ff9b:1::7f00:1']],
  ['6to4.test', ['2002:7f00:1::']],
  ['teredo.test', ['2001:0:7f00:1::']],
  ['unique-local.test', ['fd00::1']],
  ['link-local.test', ['fe80::1']],
  ['zone.test', ['fe80::1%lo']],
  ['site-local.test', ['fec0::1']],
  ['multicast.test', ['ff02::1']],
  ['metadata.test', ['169.254.169.254']],
  ['metadata6.test', ['fd00:ec2::254']],
  ['carrier.test', ['100.64.0.1']],
  ['private.test', ['10.0.0.1']],
  ['public-first.test', ['2fff::1', '127.0.0.1']],
  ['public-last.test', ['127.0.0.1', '2fff::1']],
  ['public-many.test', [...Array<string>(50).fill('2fff::1'), '::1']],
  ['nonsense.test', ['localhost']],
  ['spelled.test', ['0x7f.1']],
  ['empty.test', ['']],
  ['localhost.', ['127.0.0.1']],
  ['localhost', ['127.0.0.1']],
  ['ip6-localhost', ['::1']],
  ['127.0.0.1.nip.io', ['127.0.0.1']],
])

const resolver = {
  addresses: (name: string) => Promise.resolve(names.get(name) ?? []),
  close: () => undefined,
}

/** `P` is the port of the tripwires. Refused where somebody writes it down, and again if it were used all the same. */
const refusedAtOnce = [
  'http://127.0.0.1:P/',
  'https://127.0.0.1:P/',
  'http://127.0.0.1:P',
  'http://127.1:P/',
  'http://127.0.1:P/',
  'http://2130706433:P/',
  'http://0x7f000001:P/',
  'http://0X7F.1:P/',
  'http://0x7f.0x0.0x0.0x1:P/',
  'http://0177.0.0.1:P/',
  'http://017700000001:P/',
  'http://0177.0x0.1:P/',
  'http://127.0.0.1.:P/',
  'http://%31%32%37.0.0.1:P/',
  'http://①②⑦.⓪.⓪.①:P/',
  'http://127。0。0。1:P/',
  'http://127.0.0.1:P/#@public.test/',
  'http://127.0.0.1:P\\@public.test/',
  'http:127.0.0.1:P/',
  'http:\\\\127.0.0.1:P\\',
  'HTTP://127.0.0.1:P/',
  ' http://127.0.0.1:P/ ',
  'ht\ttp://127.0.\n0.1:P/',
  'http://127.255.255.254:P/',
  'http://0:P/',
  'http://0.0.0.0:P/',
  'http://[::1]:P/',
  'https://[::1]:P/',
  'http://[0:0:0:0:0:0:0:1]:P/',
  'http://[::]:P/',
  'http://[::ffff:127.0.0.1]:P/',
  'http://[::ffff:7f00:1]:P/',
  'http://[0:0:0:0:0:ffff:127.0.0.1]:P/',
  'http://[::127.0.0.1]:P/',
  'http://[64:ff9b::127.0.0.1]:P/',
  'http://[64:ff9b:1::127.0.0.1]:P/',
  'http://[2002:7f00:1::1]:P/',
  'http://[2001:0:7f00:1::]:P/',
  'http://[fd00::1]:P/',
  'http://[fe80::1]:P/',
  'http://[fe80::1%25lo]:P/',
  'http://[fe80::1%lo]:P/',
  'http://[ff02::1]:P/',
  'http://10.0.0.1:P/',
  'http://172.16.0.1:P/',
  'http://192.168.0.1:P/',
  'http://169.254.169.254:P/latest/meta-data/',
  'http://[fd00:ec2::254]:P/',
  'http://100.100.100.200:P/',
  'http://168.63.129.16/',
  'http://255.255.255.255:P/',
  'http://localhost:P/',
  'http://LOCALHOST:P/',
  'http://localhost.:P/',
  'http://a.localhost:P/',
  'http://ｌｏｃａｌｈｏｓｔ:P/',
  'http://public.test.:P/',
  'http://user@127.0.0.1:P/',
  'http://public.test:80@127.0.0.1:P/',
  'http://user:secret@public.test:P/',
  'http://:secret@public.test:P/',
  'ftp://127.0.0.1:P/',
  'file:///etc/passwd',
  'gopher://127.0.0.1:P/_x',
  'data:text/plain,x',
  'javascript:0',
  'ws://127.0.0.1:P/',
  'unix:/var/run/docker.sock',
  'blob:http://127.0.0.1:P/x',
  '//127.0.0.1:P/',
  '127.0.0.1:P',
  '',
  'http://',
  'http://public.test:0/',
  'http://public.test:22/',
  'http://public.test:25/',
  'http://public.test:81/',
  'http://public.test:2049/',
  'http://public.test:6000/',
  'http://public.test:6667/',
  'http://public.test:65536/',
]

/** Names tell nothing by themselves; refused when the connection would be made. */
const refusedOnConnecting = [
  ...[...names.keys()]
    .filter((name) => !name.includes('localhost') || name.startsWith('ip6'))
    .map((name) => `http://${name}:P/`),
  'https://loopback.test:P/',
  'http://LOOPBACK.test:P/',
  'http://loopback%2Etest:P/',
  'http://loopback。test:P/',
]

const withPort = (url: string): string => url.replace(/\bP\b/, String(port))
const outsiders = (why: string): string => unreachableText[why as keyof typeof unreachableText]

describe('F26: with the filter on', () => {
  test.each(refusedAtOnce)('%j is refused when it is written down, and when it is used', async (url) => {
    const outbound = openOutbound({ allowPrivate: false, names: resolver })
    const before = await touched()
    expect(() => outbound.checkUrl(withPort(url), 'webhookUrl')).toThrow(GatewayError)
    expect(await outbound.post(request(withPort(url)))).toEqual({ kind: 'unreachable', why: 'not-allowed' })
    expect(await touched()).toBe(before)
  })

  test.each(refusedOnConnecting)('%j is refused when the connection would be made', async (url) => {
    const outbound = openOutbound({ allowPrivate: false, names: resolver })
    const before = await touched()
    expect(outbound.checkUrl(withPort(url), 'webhookUrl')).toBeInstanceOf(URL)
    const reply = await outbound.post(request(withPort(url)))
    expect(reply).toEqual({ kind: 'unreachable', why: 'not-allowed' })
    const unknown = await outbound.post(request(`http://unknown.test:${port}/`))
    expect(unknown).toEqual({ kind: 'unreachable', why: 'dns' })
    expect(outsiders('not-allowed')).toBe(outsiders('dns'))
    expect(await touched()).toBe(before)
  })

  test('a name is looked up once per connection, so a second answer is never asked for', async () => {
    const answers = [['2fff::1'], ['127.0.0.1'], ['::1'], ['127.0.0.1']]
    let asked = 0
    const rebinding = { ...resolver, addresses: () => Promise.resolve(answers[asked++] ?? []) }
    const outbound = openOutbound({ allowPrivate: false, names: rebinding })
    const before = await touched()
    const first = await outbound.post(request(withPort('http://rebinding.test:P/'), { timeout: 100 }))
    expect(first).toMatchObject({ kind: 'unreachable' })
    expect(first).not.toMatchObject({ why: 'not-allowed' })
    expect(asked).toBe(1)
    const second = await outbound.post(request(withPort('http://rebinding.test:P/')))
    expect(second).toEqual({ kind: 'unreachable', why: 'not-allowed' })
    expect(asked).toBe(2)
    expect(await touched()).toBe(before)
  })

  test.each(['127.0.0.1', '::1', '10.0.0.1', '169.254.169.254'])(
    'an address is checked where it is connected to: %s',
    async (host) => {
      const before = await touched()
      const refused = new Promise((resolve) => {
        openSocket({ host, port, secure: false }, { names: resolver, allowPrivate: false }, resolve)
      })
      expect(await refused).toBeInstanceOf(NotAllowed)
      expect(await touched()).toBe(before)
    },
  )

  test('the refusal names the field and not the URL, which may hold a secret', () => {
    const outbound = openOutbound({ allowPrivate: false, names: resolver })
    for (const url of refusedAtOnce.map(withPort).filter((one) => one.includes('/'))) {
      try {
        outbound.checkUrl(`${url}?token=s3cret`, 'webhookUrl')
        expect.unreachable()
      } catch (error) {
        expect(error).toMatchObject({ code: 'bad-request', field: 'webhookUrl', cause: undefined })
        expect(inspect(error)).not.toContain('s3cret')
      }
    }
  })
})

describe('with the filter off', () => {
  // What shows that the tripwires above would have been touched.
  test.each([
    'http://127.0.0.1:P/',
    'http://0x7f.1:P/',
    'http://[::ffff:127.0.0.1]:P/',
    'http://localhost:P/',
    'http://public-last.test:P/',
    ...(hasIpv6() ? ['http://[::1]:P/'] : []),
  ])('%j is connected to', async (url) => {
    const outbound = openOutbound({ names: resolver })
    const before = await touched()
    expect(outbound.checkUrl(withPort(url), 'url').href).toBe(new URL(withPort(url)).href)
    expect(await outbound.post(request(withPort(url)))).toEqual({ kind: 'unreachable', why: 'reset' })
    expect(await touched()).toBe(before + 1)
  })

  test.each([
    'ftp://127.0.0.1:P/',
    'http://user@127.0.0.1:P/',
    'http://127.0.0.1:22/',
    'http://127.0.0.1:6000/',
    'http://localhost.:P/',
    'unix:/var/run/docker.sock',
  ])('%j is refused all the same: only addresses are no longer looked at', async (url) => {
    const outbound = openOutbound({ names: resolver })
    expect(() => outbound.checkUrl(withPort(url), 'url')).toThrow(GatewayError)
    expect(await outbound.post(request(withPort(url)))).toEqual({ kind: 'unreachable', why: 'not-allowed' })
  })
})

test('without a resolver of its own, and with the filter off, names are known as the machine knows them', async () => {
  const before = await touched()
  const outbound = createOutbound({ clock: systemClock, userAgent: 'Gangway/test', allowPrivate: true })
  expect(await outbound.post(request(withPort('http://localhost:P/')))).toEqual({ kind: 'unreachable', why: 'reset' })
  expect(await outbound.post(request(`http://${'x'.repeat(64)}.test/`))).toEqual({ kind: 'unreachable', why: 'dns' })
  await outbound.close()
  expect(await touched()).toBe(before + 1)
})

test.each([
  'https://example.com/',
  'https://example.com',
  'http://example.com:80/hook?token=1',
  'http://example.com:8080/',
  'https://example.com:65535/',
  'https://8.8.8.8/',
  'https://[2606:4700:4700::1111]:8443/',
  'https://xn--bcher-kva.example/',
  'https://bücher.example/',
  'https://[64:ff9b::8.8.8.8]/',
])('%s may be configured', (url) => {
  expect(openOutbound({ allowPrivate: false, names: resolver }).checkUrl(url, 'url').href).toBe(new URL(url).href)
})

test('what is no URL is refused and never thrown, however often it was asked', () => {
  const outbound = openOutbound({ names: resolver })
  const codeOf = (url: string): unknown => {
    try {
      return outbound.checkUrl(url, 'url')
    } catch (error) {
      return error instanceof GatewayError ? error.code : error
    }
  }
  const answers = new Set<unknown>()
  for (let round = 0; round < 50_000; round++) answers.add(codeOf('http://192\u00e3\u0080\u0082168/'))
  expect([...answers]).toEqual(['bad-request'])
})
