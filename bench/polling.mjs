import { join } from 'node:path'
import { ms, perSecond, quantile, row } from './figures.mjs'
import { Gateway } from './gateway.mjs'
import { oneTurn } from './linking.mjs'
import { canPin, Child } from './processes.mjs'
import { Simulator } from './simulator.mjs'

const aim = 0.5
const delayAim = 50
/** The server under load has this core to itself; everything else uses the other. */
const [serverCore, otherCore] = [0, 1]
const connections = 64

export const polling = {
  name: 'polling',
  how: ({ pollRounds, pollTime, polled }) =>
    `Polling: \`GET …/link\` over ${polled} instances that show a QR, ${connections} keep-alive connections with one request ` +
    `under way each, in answers per second of CPU time that the server used (it has one core), ${pollRounds} rounds of ${pollTime / 1000} s, medians. Bare: a Fastify route that answers the same ` +
    `bytes to the same requests, without looking at the key. ${canPin ? 'The server is pinned to one core, the load and the simulator to the other' : 'Nothing is pinned (no taskset here)'}.`,

  async measure({ pollRounds, pollTime, polled }) {
    const runs = await withServers(polled, async (servers, load) => {
      const answers = []
      for (let turn = 0; turn < pollRounds; turn++) {
        answers.push(await oneTurn(servers, turn, (server) => press(server, load, pollTime)))
      }
      return answers
    })
    const middle = (side, what) => quantile(runs.map((run) => run[side][what]))
    const [ours, theirs] = [middle('gateway', 'rate'), middle('bare', 'rate')]
    const delay = middle('gateway', 'p99')
    return [
      row({
        figure: `current-QR polling on one core, ${polled} instances`,
        gateway: `${perSecond(ours)} (${Math.round(middle('gateway', 'busy') * 100)} % of its core)`,
        bare: `${perSecond(theirs)} (${Math.round(middle('bare', 'busy') * 100)} % of its core)`,
        ratio: ours / theirs,
        aim: `≥ ${aim} × bare`,
        reached: ours / theirs >= aim,
      }),
      row({
        figure: 'event-loop delay p99 during it',
        gateway: ms(delay),
        bare: ms(middle('bare', 'p99')),
        aim: `< ${delayAim} ms`,
        reached: delay < delayAim,
      }),
    ]
  },
}

async function withServers(instances, work) {
  const simulator = await Simulator.start({ core: otherCore })
  const gateway = await Gateway.start(simulator, { core: serverCore })
  const bare = new Child([join(import.meta.dirname, 'bare-route.mjs')], { core: serverCore })
  const load = new Child([join(import.meta.dirname, 'load.mjs')], { core: otherCore })
  try {
    const ids = await Promise.all(Array.from({ length: instances }, () => gateway.prepare()))
    await Promise.all(ids.map((id) => gateway.firstQr(id)))
    const answers = await Promise.all(ids.map(async (id) => [id, await gateway.call('GET', `/instances/${id}/link`)]))
    const port = await bare.ask('serve', { answers: answers.map(([id, answer]) => [id, JSON.stringify(answer)]) })
    await gateway.child.settles()
    const requests = {
      paths: ids.map((id) => `/api/v1/instances/${id}/link`),
      headers: { authorization: `Bearer ${gateway.key}` },
      connections,
    }
    const servers = {
      gateway: { child: gateway.child, requests: { ...requests, port: gateway.port } },
      bare: { child: bare, requests: { ...requests, port } },
    }
    for (const server of Object.values(servers)) await press(server, load, 1000)
    const answer = await work(servers, load)
    const last = await Promise.all(ids.map((id) => gateway.call('GET', `/instances/${id}/link`)))
    if (last.some(({ step }) => step !== 'scan')) throw new Error('an instance showed no QR any more')
    return answer
  } finally {
    await Promise.all([gateway.stop(), bare.stop(), load.stop(), simulator.stop()])
  }
}

async function press({ child, requests }, load, time) {
  await child.ask('watch the loop')
  const cpu = child.cpu()
  const { answers, failures, took } = await load.ask('load', { ...requests, time })
  const busy = (child.cpu() - cpu) / took
  const { p99 } = await child.ask('how late was the loop')
  if (failures > 0) throw new Error(`${failures} requests were refused`)
  return { rate: (answers * 1000) / took / busy, busy, p99 }
}
