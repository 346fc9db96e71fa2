import { setTimeout as sleep } from 'node:timers/promises'
import { BareScript } from './bare-script.mjs'
import { perSecond, quantile, row } from './figures.mjs'
import { Gateway } from './gateway.mjs'
import { inTurns, scan } from './linking.mjs'
import { Simulator } from './simulator.mjs'

const aim = 0.8
/** How many phones write at a time. */
const writers = 8

export const receiving = {
  name: 'receiving',
  how: ({ receivers, received, receivedRuns }) =>
    `Receiving: ${received} texts written to accounts that are away (${receivers.join(' and ')} of them), which then ` +
    'connect, each side pinned to one core and the simulator to another. From the first message that the simulator hands ' +
    'over to the last acknowledgement; for the gateway that is after the commit, for the bare script (keys in memory, ' +
    `nothing durable) after decryption. Medians of ${receivedRuns}.`,

  async measure({ receivers, received, receivedRuns }) {
    const rows = []
    for (const accounts of receivers) {
      const rates = await withAccounts(accounts, (world) =>
        inTurns(world, receivedRuns, (side) => drain(world, side, received)),
      )
      const [ours, theirs] = [quantile(rates.gateway), quantile(rates.bare)]
      rows.push(
        row({
          figure: `texts received, ${accounts} account${accounts === 1 ? '' : 's'}`,
          gateway: perSecond(ours),
          bare: perSecond(theirs),
          ratio: ours / theirs,
          aim: `≥ ${aim} × bare`,
          reached: ours / theirs >= aim,
        }),
      )
    }
    return rows
  },
}

/** Both sides with so many linked accounts each, all of them away. */
async function withAccounts(count, work) {
  const simulator = await Simulator.start({ core: 1 })
  const gateway = await Gateway.start(simulator, { core: 0 })
  const bare = await BareScript.start(simulator, { core: 0 })
  try {
    const accounts = new Map()
    for (const side of [gateway, bare]) {
      const linked = []
      for (let n = 0; n < count; n++) {
        const [id, number] = [await side.prepare(), await simulator.phone()]
        await scan(side, simulator, id, number)
        linked.push({ id, number })
      }
      accounts.set(side, linked)
    }
    const friends = await Promise.all(Array.from({ length: writers }, () => simulator.phone()))
    const world = { simulator, gateway, bare, accounts, friends }
    // The first message of each pair makes a session; the ones that are counted find it there.
    for (const side of [gateway, bare]) await drain(world, side, count * writers)
    return await work(world)
  } finally {
    await Promise.all([gateway.stop(), bare.stop()])
    await simulator.stop()
  }
}

/** Texts a second that one side takes in after having been away. */
async function drain({ simulator, accounts, friends }, side, texts) {
  const all = accounts.get(side)
  await Promise.all(all.map(({ id }) => side.pause(id)))
  await side.child.settles()
  const ids = new Set()
  await Promise.all(
    friends.map(async (friend, at) => {
      for (let n = at; n < texts; n += friends.length) {
        const { number } = all[Math.floor(n / friends.length) % all.length]
        ids.add((await simulator.send(friend, number, `text ${n}`)).id)
      }
    }),
  )
  const { next } = await simulator.history()
  await Promise.all(all.map(({ id }) => side.resume(id)))
  const times = { first: Infinity, last: 0 }
  for (let [after, left] = [next, new Set(ids)]; left.size > 0;) {
    await sleep(200)
    const page = await simulator.history(after)
    after = page.next
    for (const { event, id, at } of page.items) {
      if (!ids.has(id)) continue
      if (event === 'pushed') times.first = Math.min(times.first, at)
      if (event === 'acked' && left.delete(id)) times.last = Math.max(times.last, at)
    }
  }
  return (texts * 1000) / (times.last - times.first)
}
