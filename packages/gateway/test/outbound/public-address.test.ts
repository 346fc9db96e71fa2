import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isPublicAddress } from '#gateway/outbound/public-address.js'

test.each([
  '1.1.1.1',
  '8.8.8.8',
  '93.184.216.34',
  '100.63.255.255',
  '100.128.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.0.1.0',
  '198.17.255.255',
  '198.20.0.0',
  '223.255.255.255',
  '2606:4700:4700::1111',
  '2001:4860:4860::8888',
  '2001:200::1',
  '2a00:1450:4001:80b::200e',
  '64:ff9b::8.8.8.8',
])('%s is public', (address) => {
  expect(isPublicAddress(address)).toBe(true)
})

test.each([
  '0.0.0.0',
  '0.1.2.3',
  '10.0.0.1',
  '100.64.0.1',
  '100.100.100.200',
  '127.0.0.1',
  '127.255.255.255',
  '168.63.129.16',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.0.0.192',
  '192.0.2.1',
  '192.88.99.1',
  '192.168.1.1',
  '198.18.0.1',
  '198.19.255.255',
  '198.51.100.1',
  '203.0.113.1',
  '224.0.0.1',
  '239.255.255.255',
  '240.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::7f00:1',
  '::127.0.0.1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::ffff:8.8.8.8',
  '::ffff:0:8.8.8.8',
  '64:ff9b::7f00:1',
  '64:ff9b::10.0.0.1',
  '64:ff9b::169.254.169.254',
  '64:ff9b:1::8.8.8.8',
  '100::1',
  '2001::1',
  '2001:2::1',
  '2001:10::1',
  '2001:20::1',
  '2001:db8::1',
  '2002:7f00:1::1',
  '2002:808:808::1',
  '3ffe::1',
  '3fff::1',
  '4000::1',
  '5f00::1',
  'fc00::1',
  'fd00:ec2::254',
  'fe80::1',
  'fe80::1%lo',
  '2606:4700::1%eth0',
  'febf::1',
  'fec0::1',
  'ff02::1',
])('%s is not public', (address) => {
  expect(isPublicAddress(address)).toBe(false)
})

test.each([
  '',
  'localhost',
  'example.com',
  '127.1',
  '0x7f.0.0.1',
  '[::1]',
  '1.1.1.1.',
  '1.1.1.1:80',
  ' 8.8.8.8',
  '1.1.1.1/8',
])('"%s" is no address, so not a public one', (text) => {
  expect(isPublicAddress(text)).toBe(false)
})

/** From the registries of special-purpose addresses at IANA, whatever is not "globally reachable", as bits. */
const special4 = [
  '00000000',
  '00001010',
  '0110010001',
  '01111111',
  '10101000001111111000000100010000',
  '1010100111111110',
  '101011000001',
  '110000000000000000000000',
  '110000000000000000000010',
  '110000000101100001100011',
  '1100000010101000',
  '110001100001001',
  '110001100011001101100100',
  '110010110000000001110001',
  '111',
]
const special6 = [
  '00100000000000010000000',
  '00100000000000010000110110111000',
  '0010000000000010',
  '0011111111111110',
  '00111111111111110000',
]
const nat64 = (0x64ff9bn << 96n).toString(2).padStart(128, '0').slice(0, 96)

const bits4 = fc
  .tuple(fc.constantFrom('', ...special4), fc.stringMatching(/^[01]{32}$/))
  .map(([start, rest]) => (start + rest).slice(0, 32))
const bits6 = fc
  .tuple(
    fc.constantFrom('', '001', '0'.repeat(80) + '1'.repeat(16), '0'.repeat(96), nat64, ...special6),
    fc.stringMatching(/^[01]{128}$/),
  )
  .chain(([start, rest]) =>
    bits4.map((embedded) => (start.length === 96 ? start + embedded : (start + rest).slice(0, 128))),
  )

const isPublic4 = (bits: string): boolean => !special4.some((prefix) => bits.startsWith(prefix))
const isPublic6 = (bits: string): boolean =>
  bits.startsWith(nat64)
    ? isPublic4(bits.slice(96))
    : bits.startsWith('001') && !special6.some((prefix) => bits.startsWith(prefix))

const numbers = (bits: string, size: number): number[] =>
  Array.from({ length: bits.length / size }, (_, at) => parseInt(bits.slice(at * size, (at + 1) * size), 2))
const dotted = (bits: string): string => numbers(bits, 8).join('.')
/** The ways in which one IPv6 address can be written. */
const spellings = (bits: string): string[] => {
  const groups = numbers(bits, 16).map((group) => group.toString(16))
  const full = groups.map((group) => group.padStart(4, '0')).join(':')
  const mixed = [...groups.slice(0, 6), dotted(bits.slice(96))].join(':')
  const { hostname } = new URL(`http://[${full}]`)
  return [groups.join(':'), full, full.toUpperCase(), mixed, hostname.slice(1, -1)]
}

test('every IPv4 address is judged as the registry says', () => {
  const property = fc.property(bits4, (bits) => {
    expect(isPublicAddress(dotted(bits))).toBe(isPublic4(bits))
  })
  fc.assert(property, { numRuns: 20_000 })
})

test('every IPv6 address is judged as the registry says, however it is written', () => {
  const property = fc.property(bits6, (bits) => {
    expect(spellings(bits).map(isPublicAddress)).toEqual(Array(5).fill(isPublic6(bits)))
  })
  fc.assert(property, { numRuns: 20_000 })
})

test('ranges begin and end where they should', () => {
  const edges = (prefix: string, length: number): string[] => {
    const first = BigInt(`0b${prefix.padEnd(length, '0')}`)
    const last = BigInt(`0b${prefix.padEnd(length, '1')}`)
    const all = (1n << BigInt(length)) - 1n
    return [first - 1n, first, last, last + 1n]
      .filter((value) => value >= 0n && value <= all)
      .map((value) => value.toString(2).padStart(length, '0'))
  }
  for (const bits of special4.flatMap((prefix) => edges(prefix, 32))) {
    expect([dotted(bits), isPublicAddress(dotted(bits))]).toEqual([dotted(bits), isPublic4(bits)])
  }
  const ranges6 = [...special6, '001', nat64, ...special4.map((prefix) => nat64 + prefix)]
  for (const bits of ranges6.flatMap((prefix) => edges(prefix, 128))) {
    const [address = ''] = spellings(bits)
    expect([address, isPublicAddress(address)]).toEqual([address, isPublic6(bits)])
  }
})
