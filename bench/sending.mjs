import { performance } from 'node:perf_hooks'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { BareScript } from './bare-script.mjs'
import { perSecond, quantile, row } from './figures.mjs'
import { Gateway } from './gateway.mjs'
import { inTurns, scan } from './linking.mjs'
import { otherCore, pinning, serverCore } from './pressing.mjs'
import { Child } from './processes.mjs'
import { Simulator } from './simulator.mjs'

const aim = 0.8
/** How many phones are written to. */
const readers = 8
const connections = 32
/** What all texts together may take, in ms. */
const patience = 300_000

export const sending = {
  name: 'sending',
  how: ({ senders, sent, sentRuns }) =>
    `Sending: ${sent} texts from ${senders.join(' and ')} accounts to the same ${readers} phones, with the sessions made ` +
    'beforehand. From the first request until the simulator has acknowledged the last text. Gateway: `POST …/messages` over ' +
    `${connections} connections, each answered once the text is stored; \`sendGap\` and \`typing\` are 0, as they are unless ` +
    'told. Bare: `sock.sendMessage`, one after another for each account and all accounts side by side, keys in memory and ' +
    `nothing stored. Receipts of the phones come in meanwhile on either side. CPU is that of all threads of the process. Medians of ${sentRuns}. ${pinning}`,

  async measure({ senders, sent, sentRuns }) {
    const rows = []
    for (const accounts of senders) {
      const runs = await withAccounts(accounts, (world) =>
        inTurns(world, sentRuns, (side) => sendAll(world, side, sent)),
      )
      const middle = (side, what) => quantile(runs[side].map((run) => run[what]))
      const [ours, theirs] = [middle('gateway', 'rate'), middle('bare', 'rate')]
      rows.push(
        row({
          figure: `texts sent on one core, ${accounts} account${accounts === 1 ? '' : 's'}`,
          gateway: `${perSecond(ours)} (CPU of each: ${middle('gateway', 'used').toFixed(2)} ms)`,
          bare: `${perSecond(theirs)} (CPU of each: ${middle('bare', 'used').toFixed(2)} ms)`,
          ratio: ours / theirs,
          aim: `≥ ${aim} × bare`,
          reached: ours / theirs >= aim,
        }),
      )
    }
    return rows
  },
}

/** Both sides with so many linked accounts each, which have written to every phone before. */
async function withAccounts(count, work) {
  const simulator = await Simulator.start({ core: otherCore })
  const gateway = await Gateway.start(simulator, { core: serverCore })
  const bare = await BareScript.start(simulator, { core: serverCore })
  const poster = new Child([join(import.meta.dirname, 'posting.mjs')], { core: otherCore })
  try {
    await poster.prints('ready')
    const accounts = new Map()
    for (const side of [gateway, bare]) {
      const linked = []
      for (let n = 0; n < count; n++) {
        const [id, number] = [await side.prepare(), await simulator.phone()]
        await scan(side, simulator, id, number)
        linked.push(id)
      }
      accounts.set(side, linked)
    }
    const friends = await Promise.all(Array.from({ length: readers }, () => simulator.phone()))
    const hand = {
      [gateway.name]: (texts) =>
        poster.ask('post', { port: gateway.port, key: gateway.key, texts, connections }, patience),
      [bare.name]: (texts) => bare.child.ask('send', { texts }, patience),
    }
    const world = { simulator, gateway, bare, accounts, friends, hand }
    for (const side of [gateway, bare]) await sendAll(world, side, count * readers)
    return await work(world)
  } finally {
    await Promise.all([gateway.stop(), bare.stop(), poster.stop()])
    await simulator.stop()
  }
}

/** How one side sends: texts a second, and the CPU time of each in ms. */
async function sendAll({ simulator, accounts, friends, hand }, side, count) {
  const ids = accounts.get(side)
  const texts = Array.from({ length: count }, (_none, n) => ({
    id: ids[n % ids.length],
    to: friends[Math.floor(n / ids.length) % friends.length],
    text: `text ${n}`,
  }))
  await side.child.settles()
  const { next } = await simulator.history()
  const [started, cpu] = [performance.now(), side.child.cpu()]
  const handed = hand[side.name](texts)
  const [sentIds, taken] = await Promise.all([handed, takenBySimulator(simulator, next, count)])
  const [took, used] = [performance.now() - started, side.child.cpu() - cpu]
  if (sentIds.some((id) => !taken.has(id))) throw new Error('the simulator took other texts than were sent')
  return { rate: (count * 1000) / took, used: used / count }
}

/** The ids of messages that it has acknowledged since, once there are so many. */
async function takenBySimulator(simulator, after, count) {
  const taken = new Set()
  while (taken.size < count) {
    await sleep(50)
    const page = await simulator.history(after)
    after = page.next
    for (const { event, tag, id, refused } of page.items) {
      if (event !== 'received' || tag !== 'message') continue
      if (refused !== undefined) throw new Error(`the simulator refused a text with ${refused}`)
      taken.add(id)
    }
  }
  return taken
}
