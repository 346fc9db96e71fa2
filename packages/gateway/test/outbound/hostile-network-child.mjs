// Runs inside a network in which every address leads to this machine. Makes up hostile cases, plays them, and writes what
// became of them to stdout as one JSON object. Arguments: a seed, and `unfiltered` to switch the address filter off.
import { createServer } from 'node:http'
import { systemClock } from '#gateway/core/ports/clock.js'
import { createOutbound } from '#gateway/outbound/create-outbound.js'
import { publicNames } from '#gateway/outbound/names.js'
import { startNameServer } from './name-server.mjs'

const [, , seed, filter] = process.argv
const rounds = 6000
const ports = [80, 443, 1024, 8080, 65535]
const refusedPorts = [22, 25, 81, 2049, 6000]

const privateAddresses = {
  A: [
    '0.0.0.0',
    '0.1.2.3',
    '10.0.0.1',
    '10.255.0.9',
    '100.64.0.1',
    '100.100.100.200',
    '127.0.0.1',
    '127.8.9.10',
    '168.63.129.16',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.9.9',
    '192.0.0.192',
    '192.0.2.5',
    '192.88.99.1',
    '192.168.0.1',
    '198.18.0.1',
    '198.51.100.7',
    '203.0.113.9',
    '240.0.0.1',
  ],
  AAAA: [
    '::',
    '::1',
    '::127.0.0.1',
    '::ffff:127.0.0.1',
    '::ffff:10.0.0.1',
    '::ffff:93.184.216.34',
    '64:ff9b::127.0.0.1',
    '64:ff9b::10.0.0.1',
    '64:ff9b::169.254.169.254',
    '64:ff9b:1::8.8.8.8',
    '100::1',
    '2001::1',
    '2001:db8::1',
    '2001:10::1',
    '2002:7f00:1::',
    '2002:808:808::1',
    '3fff::1',
    '4000::1',
    'fc00::1',
    'fd00::1',
    'fd00:ec2::254',
    'fec0::1',
  ],
}
const publicAddresses = {
  A: ['93.184.216.34', '8.8.8.8', '1.1.1.1', '100.128.0.1', '172.32.0.1', '223.255.255.1'],
  AAAA: ['2606:2800:220:1::1946', '2a00:1450:4001::200e', '2001:4860:4860::8888', '64:ff9b::8.8.8.8'],
}

const random = mulberry32(Number(seed))
const below = (count) => Math.floor(random() * count)
const pick = (list) => list[below(list.length)]
const some = (list, most) => Array.from({ length: below(most + 1) }, () => pick(list))
const shuffled = (list) =>
  list
    .map((one) => [random(), one])
    .sort(([a], [b]) => a - b)
    .map(([, one]) => one)
const spelled = (address) => new URL(`http://${address.includes(':') ? `[${address}]` : address}`).hostname
const publicSpellings = new Set(Object.values(publicAddresses).flat().map(spelled))

// The other end: whoever is reached, and at which address.
const tripped = []
const wrong = []
let arrived = 0
let redirects = 0
const servers = ports.concat(refusedPorts).map((port) => {
  const server = createServer((request, response) => {
    const location = new URL(request.url, 'http://sink').searchParams.get('location')
    if (location === null) response.end('ok')
    else
      response.writeHead(pick([301, 302, 303, 307, 308]), { location: Buffer.from(location).toString('latin1') }).end()
  })
  server.on('connection', ({ localAddress }) => {
    const address = localAddress.startsWith('::ffff:') ? localAddress.slice(7) : localAddress
    if (publicSpellings.has(spelled(address))) arrived++
    else tripped.push(address)
  })
  server.listen(port, '::')
  return server
})

// For each name: what it is said to be, one set of addresses per turn; the turn it is in; who has asked for it in which.
const plans = new Map()
const nameServer = await startNameServer((name, type, id) => {
  const plan = plans.get(name)
  if (plan === undefined) return []
  const question = `${plan.turn} ${type}`
  const asked = plan.asked.get(question)
  plan.asked.set(question, asked ?? id)
  // Whoever looks a name up again for the connection that it was checked for is sent inside.
  return asked === undefined || asked === id ? plan.turns[plan.turn][type] : [pick(privateAddresses[type])]
})

const allowPrivate = filter === 'unfiltered'
const outbound = createOutbound({ clock: systemClock, userAgent: 'Gangway/test', allowPrivate, names: publicNames() })

let made = 0
const kinds = [literalCase, literalCase, namedCase, namedCase, namedCase, redirectCase]
async function play() {
  while (made < rounds) {
    const number = made++
    const { url, outcomes } = pick(kinds)(number)
    for (const [at, reaches] of outcomes.entries()) {
      const plan = plans.get(new URL(url).hostname)
      if (plan !== undefined) plan.turn = at
      // A lane of its own, so that each time is a new connection.
      const ask = random() < 0.5 ? post : get
      await ask(url, `${number} ${at}`, reaches)
    }
  }
}
async function post(url, lane, reaches) {
  const reply = await outbound.post({ url, headers: {}, body: 'x', timeout: 10_000, lane })
  if ((reply.kind === 'answered') !== reaches) wrong.push({ url, lane, reply: reply.why ?? reply.status, reaches })
  if (reply.kind === 'answered' && reply.status >= 300) redirects++
}
/** Follows redirects, all of which lead inside, and so to nothing. */
async function get(url, lane, reaches) {
  const isRedirect = url.includes('?location=')
  const file = await outbound.get({ url, most: 1000, timeout: 10_000, lane })
  if (file.kind === 'found') file.bytes.destroy()
  const found = reaches && !isRedirect
  if ((file.kind === 'found') !== found) wrong.push({ url, lane, file: file.why ?? file.status, found })
  if (isRedirect && file.why === 'not-allowed') redirects++
}
await Promise.all(Array.from({ length: 50 }, play))
await outbound.close()
for (const server of servers) server.close().closeAllConnections()
nameServer.close()
const report = { cases: made, arrived, redirects, tripped: [...new Set(tripped)], wrong: wrong.slice(0, 20) }
process.stdout.write(JSON.stringify(report))

/** An address in one of the ways it can be written. */
function literalCase() {
  const [address, isPublic] = random() < 0.8 ? [anyOf(privateAddresses), false] : [anyOf(publicAddresses), true]
  return { url: `http://${written(address)}:${pick(ports)}/`, outcomes: [isPublic] }
}

/** A name that means something else each time. */
function namedCase(number) {
  const turns = Array.from({ length: 2 + below(3) }, () => {
    const mix = pick(['inside', 'outside', 'outside', 'both', 'nothing'])
    const inside = (type) => (mix === 'inside' || mix === 'both' ? some(privateAddresses[type], 2) : [])
    const outside = (type) => (mix === 'outside' || mix === 'both' ? some(publicAddresses[type], 3) : [])
    const hostile = { A: inside('A'), AAAA: inside('AAAA') }
    const harmless = { A: outside('A'), AAAA: outside('AAAA') }
    return {
      A: shuffled([...hostile.A, ...harmless.A]),
      AAAA: shuffled([...hostile.AAAA, ...harmless.AAAA]),
      reaches: hostile.A.length + hostile.AAAA.length === 0 && harmless.A.length + harmless.AAAA.length > 0,
    }
  })
  const name = plan(`case-${number}.test`, turns)
  const refused = random() < 0.1
  const host = random() < 0.2 ? name.toUpperCase() : name
  const url = `http://${host}:${pick(refused ? refusedPorts : ports)}/`
  return { url, outcomes: turns.map(({ reaches }) => reaches && !refused) }
}

/** A public address that sends its callers on to a private one. */
function redirectCase(number) {
  const name = plan(`redirect-${number}.test`, [{ A: [pick(publicAddresses.A)], AAAA: [] }])
  const inside = plan(`inside-${number}.test`, [{ A: [pick(privateAddresses.A)], AAAA: [] }])
  const host = random() < 0.2 ? inside : written(anyOf(privateAddresses))
  const location = encodeURIComponent(`http://${host}:${pick(ports)}/`)
  return { url: `http://${name}:${pick(ports)}/?location=${location}`, outcomes: [true] }
}

function plan(name, turns) {
  plans.set(name, { turns, turn: 0, asked: new Map() })
  return name
}

function anyOf(addresses) {
  return pick(random() < 0.5 ? addresses.A : addresses.AAAA)
}

function written(address) {
  if (address.includes(':')) return `[${random() < 0.5 ? address : spelled(address).slice(1, -1)}]`
  const bytes = address.split('.').map(Number)
  const number = bytes.reduce((sum, byte) => sum * 256 + byte, 0)
  const number24 = number % 2 ** 24
  const part = (value) =>
    pick([
      value.toString(),
      `0x${value.toString(16)}`,
      `0X${value.toString(16).toUpperCase()}`,
      `0${value.toString(8)}`,
    ])
  return pick([
    () => address,
    () => bytes.map(part).join('.'),
    () => part(number),
    () => `${part(bytes[0])}.${part(number24)}`,
    () => `${part(bytes[0])}.${part(bytes[1])}.${part(number % 2 ** 16)}`,
    () => `${address}.`,
    () => address.replace(/\d/g, (digit) => String.fromCodePoint(0xff10 + Number(digit))),
    () => address.replace(/\d/g, (digit) => `%3${digit}`),
    () => address.replaceAll('.', '。'),
  ])()
}

/** Numbers from 0 to 1 that a seed repeats. */
function mulberry32(state) {
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
