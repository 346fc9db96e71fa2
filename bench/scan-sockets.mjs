import { performance } from 'node:perf_hooks'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ms, quantile, row } from './figures.mjs'
import { Gateway } from './gateway.mjs'
import { Child } from './processes.mjs'
import { otherCore, pinning, serverCore } from './pressing.mjs'
import { Simulator } from './simulator.mjs'

const memoryAim = 30_000
/** One socket a second and instance is let in. */
const spacing = 1_000
/** Sockets of each instance that are opened and closed again beforehand, for what is loaded and compiled only once. */
const warmUp = 4
const rotations = 2
/** A QR is shown for 20 s; two of them and some must come before the first socket ends, 100 s after it was opened. */
const patience = 45_000

export const scanSockets = {
  name: 'scan-sockets',
  how: ({ scanned, viewers }) =>
    `Scan sockets: ${scanned * viewers} open \`scanqrcode\` WebSockets, ${viewers} on each of ${scanned} instances that show ` +
    'a QR. One instance lets in one a second and each ends after 100 s, so no instance can have 1,000. A rotation reaches a ' +
    'client when the client has read the frame, counted from the first client of the same instance that has; p99 over all ' +
    `clients of ${rotations} rotations, in which all instances change their QR at about the same moment. Memory: RSS with ` +
    'all sockets open less RSS before, with the QRs already shown and a few sockets opened and closed; garbage collected ' +
    `both times. Bare: a \`ws\` server that sends frames of the same bytes to as many paths and sockets, opened at the same pace. ${pinning} ` +
    'The clients of each have a process of their own.',

  async measure({ scanned, viewers }) {
    const { gateway, bare } = await watchBoth(scanned, viewers)
    const all = `${scanned} × ${viewers} scanqrcode sockets`
    const [ours, theirs] = [gateway, bare].map(({ delays }) => quantile(delays, 0.99))
    return [
      row({
        figure: `${all}: a new QR at every client, p99 after the first`,
        gateway: `${ms(ours)} (median ${ms(quantile(gateway.delays))})`,
        bare: `${ms(theirs)} (median ${ms(quantile(bare.delays))})`,
        ratio: ours / theirs,
        aim: 'none',
      }),
      row({
        figure: `${all}: RSS per open socket`,
        gateway: kilobytes(gateway.perSocket),
        bare: kilobytes(bare.perSocket),
        ratio: gateway.perSocket / bare.perSocket,
        aim: `< ${kilobytes(memoryAim)}`,
        reached: gateway.perSocket < memoryAim,
      }),
    ]
  },
}

async function watchBoth(scanned, viewers) {
  const simulator = await Simulator.start({ core: otherCore })
  const gateway = await Gateway.start(simulator, { core: serverCore })
  const broadcaster = program('bare-broadcast.mjs', serverCore)
  const audiences = [program('scan-clients.mjs', otherCore), program('scan-clients.mjs', otherCore)]
  try {
    const instances = await Promise.all(Array.from({ length: scanned }, () => gateway.create()))
    await Promise.all(instances.map(({ id }) => gateway.firstQr(id)))
    const addresses = instances.map(({ credentials: { greenApi } }) => greenApi)
    const addressOf = (method) => (one) => `/waInstance${one.idInstance}/${method}/${one.apiTokenInstance}`
    const paths = addresses.map(addressOf('scanqrcode'))
    const texts = await Promise.all(addresses.map((one) => gateway.get(addressOf('qr')(one))))
    /** Frames as long as the gateway's, and none like another. */
    const framesOf = (turn) =>
      paths.map((path, i) => [path, texts[i].slice(0, -7) + String(turn).padStart(5, '0') + '"}'])
    const port = await broadcaster.ask('serve', { frames: framesOf(0) })

    const sides = {
      gateway: { server: gateway.child, audience: audiences[0], port: gateway.port },
      bare: { server: broadcaster, audience: audiences[1], port },
    }
    const both = (work) => Promise.all(Object.values(sides).map(work))
    const open = async (count) => {
      for (let i = 0; i < count; i++) {
        await both(({ audience, port }) => audience.ask('open', { port, paths }))
        // From when the last of them is in, so that one that was late leaves the next no less time.
        await sleep(spacing)
      }
    }
    await open(warmUp)
    await broadcaster.ask('broadcast', { frames: framesOf(1) })
    await both(({ audience }) => audience.ask('close'))
    const before = await both(({ server }) => memoryOf(server))

    await open(viewers)
    for (let turn = 0; turn < rotations; turn++) {
      await broadcaster.ask('broadcast', { frames: framesOf(turn + 2) })
      await sleep(1000)
    }
    const delays = await both(({ audience }) => rotationsAt(audience))
    const after = await both(({ server }) => memoryOf(server))
    // None of them may have ended meanwhile.
    await both(({ audience }) => audience.ask('arrivals'))
    const [ours, theirs] = delays.map((list, i) => ({
      delays: list,
      perSocket: (after[i] - before[i]) / (scanned * viewers),
    }))
    return { gateway: ours, bare: theirs }
  } finally {
    await Promise.all([...audiences, gateway, broadcaster, simulator].map((one) => one.stop()))
  }
}

async function rotationsAt(audience) {
  const deadline = performance.now() + patience
  while (performance.now() < deadline) {
    const seen = await audience.ask('arrivals')
    if (seen.rotations >= rotations) return seen.delays
    await sleep(500)
  }
  throw new Error(`not every client got ${rotations} new QRs`)
}

async function memoryOf(server) {
  await server.settles()
  await server.ask('collect garbage')
  await server.settles()
  return server.rss()
}

function program(file, core) {
  return new Child([join(import.meta.dirname, file)], { core })
}

const kilobytes = (value) => `${(value / 1000).toFixed(1)} KB`
