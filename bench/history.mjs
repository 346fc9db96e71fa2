import { performance } from 'node:perf_hooks'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { ms, quantile, row } from './figures.mjs'
import { Gateway } from './gateway.mjs'
import { Child } from './processes.mjs'
import { Simulator } from './simulator.mjs'

const aim = 20
const pageSize = 100
/** Every second message is in one chat, and the rest in so many others. */
const otherChats = 101
const busiest = '4915112345678'
/** The vendor's limit of `getChatHistory`: one call a second. */
const greenPace = 1_050
const hour = 3_600_000

export const history = {
  name: 'history',
  how: ({ journaled, pages, greenPages }) =>
    `History: pages of ${pageSize} from the journal of one instance with ${journaled.toLocaleString('en')} messages, one a ` +
    `second, every second one in the same chat and the rest in ${otherChats - 1} others; one request after another, from sending it ` +
    `to having read the answer. ${pages} pages of each: of that chat and of all, from any place backwards; of all ` +
    `between any two times an hour or a fortnight apart. ${greenPages} of GREEN-API's \`getChatHistory\`, which is answered once ` +
    'a second, so that the 99th percentile is nearly the slowest.',

  async measure({ journaled, pages, greenPages }) {
    return withJournal(journaled, async ({ gateway, instance, newest }) => {
      const { id, credentials } = instance
      const place = () => 1 + Math.floor(Math.random() * journaled)
      const time = () => newest - Math.floor(Math.random() * journaled * 1000)
      const native = (path) => () => gateway.get(`/api/v1/instances/${id}${path()}`)
      const backwards = () => `limit=${pageSize}&before=${place()}`
      const between = (length) => {
        const from = time()
        return `limit=${pageSize}&from=${at(from)}&to=${at(from + length)}`
      }
      const { idInstance, apiTokenInstance } = credentials.greenApi
      const greenPath = `/waInstance${idInstance}/getChatHistory/${apiTokenInstance}`
      const asked = {
        'a chat': native(() => `/chats/${busiest}/messages?${backwards()}`),
        'all chats': native(() => `/history?${backwards()}`),
        'an hour': native(() => `/history?${between(hour)}`),
        'a fortnight of a chat': native(() => `/chats/${busiest}/messages?${between(14 * 24 * hour)}`),
      }
      const rows = []
      for (const [what, ask] of Object.entries(asked)) rows.push(rowOf(journaled, what, await times(pages, ask)))
      const green = () => gateway.post(greenPath, { chatId: `${busiest}@c.us`, count: pageSize })
      rows.push(rowOf(journaled, 'a chat, GREEN-API', await times(greenPages, green, greenPace)))
      return rows
    })
  },
}

/** A gateway whose journal was written while it was not running. */
async function withJournal(count, work) {
  const simulator = await Simulator.start()
  const gateway = await Gateway.start(simulator)
  try {
    const instance = await gateway.create()
    await gateway.stop()
    const newest = Date.now()
    const program = join(import.meta.dirname, 'fill-log.mjs')
    await new Child([program, gateway.dataDir, instance.id, String(count), String(otherChats)]).ends()
    gateway.begin()
    await gateway.child.prints('is up at')
    await gateway.child.settles()
    return await work({ gateway, instance, newest })
  } finally {
    await gateway.stop()
    await simulator.stop()
  }
}

/** How long each took, in ms, after a few that nobody counts. */
async function times(count, ask, pace = 0) {
  const warmUp = pace > 0 ? 2 : 20
  const taken = []
  for (let i = 0; i < warmUp + count; i++) {
    const started = performance.now()
    const answer = JSON.parse(await ask())
    if (i >= warmUp) taken.push(performance.now() - started)
    if ((answer.items ?? answer).length === 0) throw new Error('a page is empty')
    if (pace > 0) await sleep(pace)
  }
  return taken
}

function rowOf(journaled, what, taken) {
  const worst = quantile(taken, 0.99)
  return row({
    figure: `a page of ${pageSize} of ${journaled.toLocaleString('en')} messages: ${what}`,
    gateway: `p50 ${ms(quantile(taken))}, p99 ${ms(worst)}`,
    aim: `p99 < ${aim} ms`,
    reached: worst < aim,
  })
}

const at = (time) => new Date(time).toISOString()
