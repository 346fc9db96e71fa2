// Runs inside a network in which every address leads to this machine, but for one that swallows what is sent to it and one
// that nothing can be sent to. Tells how calls to them end, and how many sockets are open after that.
import { once } from 'node:events'
import { createServer } from 'node:http'
import { setImmediate } from 'node:timers/promises'
import { systemClock } from '#gateway/core/ports/clock.js'
import { createOutbound } from '#gateway/outbound/create-outbound.js'

const addresses = {
  'silent.test': ['93.184.216.51'],
  'unreachable.test': ['93.184.216.52'],
  'silent-first.test': ['93.184.216.51', '93.184.216.34'],
}
const server = createServer((_, response) => response.end('ok')).listen(80, '::')
await once(server, 'listening')
const names = { addresses: async (name) => addresses[name], close: () => undefined }
const outbound = createOutbound({ clock: systemClock, userAgent: 'Gangway/test', allowPrivate: false, names })
const post = (name, timeout) => outbound.post({ url: `http://${name}/`, headers: {}, body: 'x', timeout })

const silent = await post('silent.test', 200)
const unreachable = await post('unreachable.test', 10_000)
const { status: silentFirst } = await post('silent-first.test', 10_000)
await outbound.close()
server.closeAllConnections()
await new Promise((resolve) => server.close(resolve))
// Closed sockets are let go of a turn or two later.
for (let turn = 0; turn < 10; turn++) await setImmediate()
const sockets = process.getActiveResourcesInfo().filter((name) => name.startsWith('TCP')).length
process.stdout.write(JSON.stringify({ silent, unreachable, silentFirst, sockets }))
