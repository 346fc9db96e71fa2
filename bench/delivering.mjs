import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { ms, perSecond, quantile, row } from './figures.mjs'
import { Gateway } from './gateway.mjs'
import { scan } from './linking.mjs'
import { Child } from './processes.mjs'
import { Simulator } from './simulator.mjs'

const latencyAim = 100
const catchUpAim = 2_000
/** Events a second, over so many accounts. */
const rate = 500
const accounts = 4

export const delivering = {
  name: 'delivering',
  how: ({ backlog, liveEvents }) =>
    `Delivering: ${liveEvents} texts at ${rate} a second to ${accounts} accounts, all told to one local receiver; from the ` +
    'time that the event carries, which is taken before its commit, to its arrival. Then a log of ' +
    `${backlog} events of one instance, delivered one after another to a subscription that begins at its start.`,

  async measure({ backlog, liveEvents }) {
    const simulator = await Simulator.start()
    const gateway = await Gateway.start(simulator, { env: { GANGWAY_ALLOW_PRIVATE_TARGETS: 'on' } })
    const receiver = new Child([join(import.meta.dirname, 'receiver.mjs')])
    try {
      await receiver.prints('ready')
      const url = await receiver.ask('address')
      const waits = await live(simulator, gateway, receiver, url, liveEvents)
      const caughtUp = await catchUp(gateway, receiver, url, backlog)
      const worst = quantile(waits, 0.99)
      return [
        row({
          figure: `commit → first attempt at ${rate} events/s`,
          gateway: `p50 ${ms(quantile(waits))}, p99 ${ms(worst)}`,
          aim: `p99 < ${latencyAim} ms`,
          reached: worst < latencyAim,
        }),
        row({
          figure: `catching up on ${backlog.toLocaleString('en')} events`,
          gateway: perSecond(caughtUp),
          aim: `> ${perSecond(catchUpAim)}`,
          reached: caughtUp > catchUpAim,
        }),
      ]
    } finally {
      await Promise.all([gateway.stop(), receiver.stop()])
      await simulator.stop()
    }
  },
}

async function live(simulator, gateway, receiver, url, count) {
  const linked = []
  for (let n = 0; n < accounts; n++) linked.push(await linkNumber(gateway, simulator))
  const friends = await Promise.all(linked.map(() => simulator.phone()))
  const { id } = await gateway.call('POST', '/subscriptions', { url, kinds: ['message.received'] })
  const send = async (at, n) => simulator.send(friends[at], linked[at], `text ${n}`)
  await Promise.all(friends.map((_, at) => send(at, 'first')))
  await arrived(receiver, accounts)
  await receiver.ask('take')
  const started = performance.now()
  const sending = []
  for (let n = 0; n < count; n++) {
    const due = started + (n * 1000) / rate - performance.now()
    if (due > 0) await sleep(due)
    sending.push(send(n % accounts, n))
  }
  await Promise.all(sending)
  await arrived(receiver, count)
  const deliveries = await receiver.ask('take')
  await gateway.call('DELETE', `/subscriptions/${id}`)
  return deliveries.map(({ at, time }) => at - time)
}

async function catchUp(gateway, receiver, url, count) {
  const instance = await gateway.prepare()
  await gateway.stop()
  const fill = new Child([join(import.meta.dirname, 'fill-log.mjs'), gateway.dataDir, instance, String(count)])
  await fill.ends()
  gateway.begin()
  await gateway.child.prints('is up at')
  await gateway.call('POST', '/subscriptions', { url, instance, kinds: ['message.received'], from: 'start' })
  await arrived(receiver, count)
  const deliveries = await receiver.ask('take')
  deliveries.forEach(({ seq }, at) => {
    if (at > 0 && seq !== deliveries[at - 1].seq + 1) throw new Error(`event ${seq} came out of order`)
  })
  return (count * 1000) / (deliveries.at(-1).at - deliveries[0].at)
}

async function linkNumber(gateway, simulator) {
  const [id, number] = [await gateway.prepare(), await simulator.phone()]
  await scan(gateway, simulator, id, number)
  return number
}

async function arrived(receiver, count) {
  while ((await receiver.ask('count')) < count) await sleep(50)
}
