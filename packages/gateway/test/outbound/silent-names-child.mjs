// Runs inside a network in which every address leads to this machine. Fifty names whose servers never answer are called
// together with two hundred that do; tells how many of the first were over when all of the others were.
import { createServer } from 'node:http'
import { once } from 'node:events'
import { systemClock } from '#gateway/core/ports/clock.js'
import { createOutbound } from '#gateway/outbound/create-outbound.js'
import { startNameServer } from './name-server.mjs'

const nameServer = await startNameServer((name, type) => {
  if (name.startsWith('dead')) return undefined
  return type === 'A' ? ['93.184.216.34'] : []
})
const server = createServer((_, response) => response.end('ok')).listen(80, '::')
await once(server, 'listening')
const outbound = createOutbound({ clock: systemClock, userAgent: 'Gangway/test', allowPrivate: false })
const post = (name) => outbound.post({ url: `http://${name}.test/`, headers: {}, body: 'x', timeout: 60_000 })

let deadByThen = 0
for (let at = 0; at < 50; at++) void post(`dead${at}`).then(() => deadByThen++)
let healthy = 0
// Ten at a time: more queries at once than a socket can hold are lost, which is another matter.
for (let round = 0; round < 20; round++) {
  const replies = await Promise.all(Array.from({ length: 10 }, (_, at) => post(`well-${round}-${at}`)))
  healthy += replies.filter((reply) => reply.kind === 'answered').length
}
process.stdout.write(JSON.stringify({ healthy, deadByThen }))
await outbound.close()
server.close().closeAllConnections()
nameServer.close()
