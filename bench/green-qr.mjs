import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { ms, perSecond, row } from './figures.mjs'
import { oneTurn } from './linking.mjs'
import { connections, pinning, withServers } from './pressing.mjs'

const aim = 0.5
/** The vendor's limit of this method: so many requests a second for each instance. */
const allowed = 3
/** How many attempts are begun at the same time. */
const atATime = 50
/** After this long, in ms, the limit has forgotten what was asked before. */
const forgotten = 1_000

/** Six QRs of 20 s each, in ms; then the attempts would begin anew under the load. */
const attemptLife = 120_000

/** Two ways to ask each instance as often as it may be asked. */
const paces = {
  evenly: (instances) => ({ size: 1, every: 1000 / (allowed * instances) }),
  // The pause leaves room for a wave that takes longer than the next one.
  'in waves': (instances) => ({ size: allowed * instances, every: forgotten + 400 }),
}

export const greenQr = {
  name: 'green-qr',
  how: ({ greenPolled, greenTime, greenWarmUp, greenRest }) =>
    `GREEN-API polling: \`GET /waInstance…/qr/…\` over ${greenPolled} instances that show a QR. The dialect answers ` +
    `${allowed} of these a second and instance, so no server can be kept busy with them; figures are answers per second of ` +
    `CPU time that the server used, at ${allowed * greenPolled} requests a second spread evenly, and in waves of as many ` +
    `at once over ${connections} connections, which is nearer to a server that is never idle. The gateway has ` +
    `${greenTime / 1000} s of each, the bare route half of it, after ${greenWarmUp / 1000} s of warming up; an answer that is not 200 would end the run. ` +
    'A new QR for every instance every 20 s is part of it; "without new QRs" takes off what the process uses in ' +
    `${greenRest / 1000} s in which nobody asks. Bare: a Fastify route with the same bytes. ${pinning}`,

  async measure({ greenPolled, greenTime, greenWarmUp, greenRest }) {
    const rows = []
    let begun
    await withServers(
      async (gateway) => {
        begun = performance.now()
        return showQrs(gateway, greenPolled)
      },
      async (servers, press) => {
        const warmUp = { time: greenWarmUp, pace: paces.evenly(greenPolled) }
        await Promise.all(Object.values(servers).map((server) => press(server, warmUp)))
        const atRest = await shareAtRest(servers.gateway.child, greenRest)
        for (const [turn, [name, paceFor]] of Object.entries(paces).entries()) {
          const runs = await oneTurn(servers, turn, async (server) => {
            await sleep(forgotten)
            const time = server === servers.gateway ? greenTime : greenTime / 2
            return press(server, { time, pace: paceFor(greenPolled) })
          })
          rows.push(rowOf(`GREEN-API qr polling, ${greenPolled} instances, ${name}, on one core`, runs, atRest))
        }
        if (performance.now() - begun > attemptLife) throw new Error('attempts ended while they were polled')
      },
    )
    return rows
  },
}

/** CPU time that is used while nobody asks, as a share of the time. */
async function shareAtRest(child, time) {
  const before = await child.ask('CPU time')
  await sleep(time)
  return ((await child.ask('CPU time')) - before) / time
}

/** Has every instance show a QR. */
async function showQrs(gateway, count) {
  const instances = await Promise.all(Array.from({ length: count }, () => gateway.create()))
  for (let i = 0; i < count; i += atATime) {
    await Promise.all(instances.slice(i, i + atATime).map(({ id }) => gateway.firstQr(id)))
  }
  const credentials = instances.map(({ credentials: { greenApi } }) => greenApi)
  const paths = credentials.map(({ idInstance, apiTokenInstance }) => `/waInstance${idInstance}/qr/${apiTokenInstance}`)
  const texts = await Promise.all(paths.map((path) => gateway.get(path)))
  if (!texts.every((text) => text.includes('"qrCode"'))) throw new Error('an instance shows no QR')
  const answers = credentials.map(({ idInstance }, i) => [String(idInstance), texts[i]])
  return { paths, url: '/waInstance:id/qr/:token', answers }
}

function rowOf(figure, runs, atRest) {
  /** Per second of CPU time, less what the server uses anyway. */
  const rate = (side, anyway = 0) => (runs[side].answers * 1000) / (runs[side].used - anyway * runs[side].took)
  const late = (side) => `loop delay p99 ${ms(runs[side].p99)}`
  const ratio = rate('gateway') / rate('bare')
  return row({
    figure,
    gateway: `${perSecond(rate('gateway'))} (without new QRs ${perSecond(rate('gateway', atRest))}; ${late('gateway')})`,
    bare: `${perSecond(rate('bare'))} (${late('bare')})`,
    ratio,
    aim: `≥ ${aim} × bare`,
    reached: ratio >= aim,
  })
}
