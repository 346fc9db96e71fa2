import { BlockList, isIP } from 'node:net'

type Range = readonly [network: string, prefix: number, why: string]

/** Everything in IPv4 that is not an address of one host on the internet. */
const notPublic4: readonly Range[] = [
  ['0.0.0.0', 8, 'this host, this network: RFC 1122 3.2.1.3'],
  ['10.0.0.0', 8, 'private: RFC 1918'],
  ['100.64.0.0', 10, 'shared by the customers of a carrier: RFC 6598'],
  ['127.0.0.0', 8, 'loopback: RFC 1122 3.2.1.3'],
  [
    '168.63.129.16',
    32,
    'public by its number, but the machine below a virtual one in Azure: Microsoft, "What is IP address 168.63.129.16?"',
  ],
  ['169.254.0.0', 16, 'link-local, and where clouds keep credentials: RFC 3927'],
  ['172.16.0.0', 12, 'private: RFC 1918'],
  ['192.0.0.0', 24, 'protocol assignments: RFC 6890 2.1'],
  ['192.0.2.0', 24, 'documentation: RFC 5737'],
  ['192.88.99.0', 24, '6to4 relays: RFC 7526'],
  ['192.168.0.0', 16, 'private: RFC 1918'],
  ['198.18.0.0', 15, 'benchmarks: RFC 2544'],
  ['198.51.100.0', 24, 'documentation: RFC 5737'],
  ['203.0.113.0', 24, 'documentation: RFC 5737'],
  ['224.0.0.0', 4, 'multicast: RFC 5771'],
  ['240.0.0.0', 4, 'reserved, and broadcast: RFC 1112 4, RFC 919 7'],
]

/**
 * In IPv6 only 2000::/3 has been given out for hosts (RFC 4291 2.4). What is outside it is refused without being named:
 * `::`, `::1`, IPv4-mapped and -compatible, local NAT64 (64:ff9b:1::/48), discard, fc00::/7, fe80::/10, fec0::/10, ff00::/8.
 */
const global6: Range = ['2000::', 3, 'global unicast: RFC 4291 2.4']

const notPublic6: readonly Range[] = [
  ['2001::', 23, 'protocol assignments, Teredo, benchmarks and ORCHID among them: RFC 2928, 4380, 5180, 7343'],
  ['2001:db8::', 32, 'documentation: RFC 3849'],
  ['2002::', 16, '6to4, which leads to any IPv4 address: RFC 3056'],
  ['3ffe::', 16, '6bone, given back: RFC 3701'],
  ['3fff::', 20, 'documentation: RFC 9637'],
]

/** Where a network without IPv4 reaches hosts that have nothing else; the last 32 bits are theirs (RFC 6052 2.1). */
const nat64: Range = ['64:ff9b::', 96, 'NAT64']

const refused4 = listOf('ipv4', notPublic4)
const allowed6 = listOf('ipv6', [global6, nat64])
const refused6 = listOf('ipv6', [...notPublic6, ...notPublic4.map(behindNat64)])

/** Whether it is one host on the internet. False for whatever is not an address, and for one with a zone. */
export function isPublicAddress(address: string): boolean {
  switch (isIP(address)) {
    case 4:
      return !refused4.check(address, 'ipv4')
    case 6:
      // A zone names a link of this very machine.
      return !address.includes('%') && allowed6.check(address, 'ipv6') && !refused6.check(address, 'ipv6')
    default:
      return false
  }
}

function listOf(family: 'ipv4' | 'ipv6', ranges: readonly Range[]): BlockList {
  const list = new BlockList()
  for (const [network, prefix] of ranges) list.addSubnet(network, prefix, family)
  return list
}

function behindNat64([network, prefix, why]: Range): Range {
  const [nat64Network, nat64Prefix] = nat64
  return [`${nat64Network}${network}`, nat64Prefix + prefix, why]
}
