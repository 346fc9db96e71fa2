import { createSocket } from 'node:dgram'

const types = { 1: 'A', 28: 'AAAA' }

/**
 * A name server on the usual port of 127.0.0.1. What it says is for this moment only (TTL 0).
 * @param {(name: string, type: 'A' | 'AAAA', id: number) => readonly string[] | undefined} answer the addresses, or
 *   undefined to keep silent; a question that is repeated because no answer came has the same id
 */
export async function startNameServer(answer) {
  const server = createSocket('udp4')
  server.on('message', (query, { port, address }) => {
    const { name, end } = readName(query)
    const type = types[query.readUInt16BE(end)]
    const found = type === undefined ? [] : answer(name.toLowerCase(), type, query.readUInt16BE(0))
    if (found === undefined) return
    const head = Buffer.from(query.subarray(0, end + 4))
    // Standard response, recursion available, one question, no authority and no additional records.
    head.writeUInt16BE(0x8180, 2)
    head.writeUInt16BE(found.length, 6)
    head.writeUInt32BE(0, 8)
    server.send(Buffer.concat([head, ...found.map((one) => record(one, type))]), port, address)
  })
  await new Promise((resolve) => server.bind(53, '127.0.0.1', resolve))
  return server
}

function readName(query) {
  const labels = []
  let at = 12
  for (let length = query[at]; length > 0; length = query[at]) {
    labels.push(query.subarray(at + 1, at + 1 + length).toString('latin1'))
    at += 1 + length
  }
  return { name: labels.join('.'), end: at + 1 }
}

function record(address, type) {
  const data = type === 'A' ? Buffer.from(address.split('.').map(Number)) : bytesOf6(address)
  const head = Buffer.from([0xc0, 12, 0, type === 'A' ? 1 : 28, 0, 1, 0, 0, 0, 0, 0, data.length])
  return Buffer.concat([head, data])
}

/** The URL parser spells the last 32 bits as two groups, whatever way they came in. */
function bytesOf6(address) {
  const spelled = new URL(`http://[${address}]`).hostname.slice(1, -1)
  const [left = [], right = []] = spelled.split('::').map((part) => part.split(':').filter(Boolean))
  const groups = spelled.includes('::') ? [...left, ...Array(8 - left.length - right.length).fill('0'), ...right] : left
  const bytes = Buffer.alloc(16)
  for (const [at, group] of groups.entries()) bytes.writeUInt16BE(parseInt(group, 16), at * 2)
  return bytes
}
