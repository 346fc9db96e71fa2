import { join } from 'node:path'
import { Gateway } from './gateway.mjs'
import { canPin, Child } from './processes.mjs'
import { Simulator } from './simulator.mjs'

/** The server under load has this core to itself; everything else uses the other. */
export const [serverCore, otherCore] = [0, 1]
export const connections = 64
export const pinning = canPin
  ? 'The server is pinned to one core, the load and the simulator to the other.'
  : 'Nothing is pinned (no taskset here).'

/**
 * The gateway and the bare route, ready to answer the same requests with the same bytes, for as long as `work` takes.
 * @param setUp brings the gateway to where it has these answers; says which requests get them, and at which addresses
 * of the bare route
 * @param work is called with both servers and with a function that presses one of them
 */
export async function withServers(setUp, work) {
  const simulator = await Simulator.start({ core: otherCore })
  const gateway = await Gateway.start(simulator, { core: serverCore })
  const bare = new Child([join(import.meta.dirname, 'bare-route.mjs')], { core: serverCore })
  const load = new Child([join(import.meta.dirname, 'load.mjs')], { core: otherCore })
  try {
    const { paths, headers = {}, addresses, ...served } = await setUp(gateway)
    const port = await bare.ask('serve', served)
    const requests = { paths, headers, addresses, connections }
    const servers = {
      gateway: { child: gateway.child, requests: { ...requests, port: gateway.port } },
      bare: { child: bare, requests: { ...requests, port } },
    }
    return await work(servers, (server, pressure) => press(server, load, pressure))
  } finally {
    await Promise.all([gateway.stop(), bare.stop(), load.stop(), simulator.stop()])
  }
}

/** @param pressure for how long, as `time` in ms, and at which pace; without one, as fast as the server answers */
async function press({ child, requests }, load, pressure) {
  await child.ask('watch the loop')
  const before = await child.ask('CPU time')
  const { answers, failures, took } = await load.ask('load', { ...requests, ...pressure })
  const used = (await child.ask('CPU time')) - before
  const { p99 } = await child.ask('how late was the loop')
  if (failures > 0) throw new Error(`${failures} requests were refused`)
  return { answers, used, took, rate: (answers * 1000) / used, busy: used / took, p99 }
}
