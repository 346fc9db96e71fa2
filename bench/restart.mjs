import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { Gateway } from './gateway.mjs'
import { ms, quantile, row, seconds } from './figures.mjs'
import { linkMany } from './linking.mjs'
import { Simulator } from './simulator.mjs'

const aim = 15_000
/** How often the API is asked for something while the accounts come back, in ms. */
const pace = 50
const patience = 120_000

export const restart = {
  name: 'restart',
  how: ({ crowd, restarts }) =>
    `Restart: from starting the process until the simulator has seen all ${crowd.at(-1)} stored accounts log in and the gateway counts them as linked; ` +
    `${restarts} starts, medians. Once it answers, \`/healthz\` and an authenticated GET are sent every ${pace} ms each, ` +
    'waiting for nothing; every one has to succeed. Order: how far the logins that the simulator saw are from the order ' +
    'of last activity, as a rank correlation (1: the same, –1: reversed).',

  async measure({ crowd, restarts }) {
    const accounts = crowd.at(-1)
    const runs = await withStoredAccounts(accounts, (gateway, simulator, newestFirst) =>
      repeat(restarts, async () => {
        const { next } = await simulator.history()
        gateway.begin()
        const newLogins = async () => logins(await simulator.history(next))
        const run = await watchStart(gateway, accounts, newLogins)
        const order = await newLogins()
        await gateway.stop()
        return { ...run, likeness: correlation(newestFirst, order) }
      }),
    )
    const middle = (what) => quantile(runs.map((run) => run[what]))
    const [failures, worst] = ['failures', 'worst'].map((what) => Math.max(...runs.map((run) => run[what])))
    const likeness = Math.min(...runs.map((run) => run.likeness))
    return [
      row({
        figure: `start → all ${accounts} stored accounts connected`,
        gateway: `${seconds(middle('took'))} (answers after ${seconds(middle('upAfter'))})`,
        aim: `≤ ${seconds(aim)}`,
        reached: middle('took') <= aim,
      }),
      row({
        figure: 'API meanwhile',
        gateway: `${failures} of ${runs.reduce((sum, run) => sum + run.asked, 0)} requests failed, slowest ${ms(worst)}`,
        aim: 'no failure',
        reached: failures === 0,
      }),
      row({
        figure: 'most recently active first',
        gateway: `rank correlation ${likeness.toFixed(3)} or more`,
        aim: '≥ 0.95',
        reached: likeness >= 0.95,
      }),
    ]
  },
}

/** Links the accounts one after another, so that each was active later than the one before, and stops the gateway. */
async function withStoredAccounts(count, work) {
  const simulator = await Simulator.start()
  const gateway = await Gateway.start(simulator)
  try {
    await linkMany(gateway, simulator, count)
    const { items } = await simulator.history()
    await gateway.child.settles()
    await gateway.stop()
    const newestFirst = items.filter(({ event }) => event === 'paired').map(({ device }) => device)
    return await work(gateway, simulator, newestFirst.reverse())
  } finally {
    await gateway.stop()
    await simulator.stop()
  }
}

async function watchStart(gateway, accounts, newLogins) {
  const started = performance.now()
  const since = () => performance.now() - started
  while (
    !(await gateway.get('/healthz').then(
      () => true,
      () => false,
    ))
  ) {
    if (since() > patience) throw new Error('the gateway did not come up')
    await sleep(5)
  }
  const upAfter = since()
  const visits = new Visits(gateway, ['/healthz', '/api/v1/instances?limit=1'])
  try {
    // By both words: a gateway that has only just read its database may say of an account what was true before.
    while ((await newLogins()).length < accounts || (await gateway.linkedAccounts()) < accounts) {
      if (since() > patience) throw new Error('not all accounts came back')
      await sleep(pace)
    }
  } finally {
    await visits.end()
  }
  return { took: since(), upAfter, ...visits.summary() }
}

/** Asks for each of the paths again and again, at a pace that no slow answer changes. */
class Visits {
  #done = false
  #loops
  #pending = []
  #latencies = []
  #failures = 0

  constructor(gateway, paths) {
    this.#loops = paths.map(async (path) => {
      while (!this.#done) {
        this.#pending.push(this.#visit(gateway, path))
        await sleep(pace)
      }
    })
  }

  async end() {
    this.#done = true
    await Promise.all(this.#loops)
    await Promise.all(this.#pending)
  }

  summary() {
    return { asked: this.#pending.length, failures: this.#failures, worst: Math.max(...this.#latencies) }
  }

  async #visit(gateway, path) {
    const started = performance.now()
    try {
      await gateway.get(path)
    } catch {
      this.#failures++
    }
    this.#latencies.push(performance.now() - started)
  }
}

function logins({ items }) {
  return [...new Set(items.filter(({ event }) => event === 'logged-in').map(({ device }) => device))]
}

/** Spearman's coefficient of two orders of the same things. */
function correlation(expected, seen) {
  const places = new Map(seen.map((one, place) => [one, place]))
  const common = expected.filter((one) => places.has(one))
  const squares = common.reduce((sum, one, place) => sum + (places.get(one) - place) ** 2, 0)
  return 1 - (6 * squares) / (common.length ** 3 - common.length)
}

async function repeat(times, work) {
  const answers = []
  for (let i = 0; i < times; i++) answers.push(await work(i))
  return answers
}
