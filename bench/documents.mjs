import { performance } from 'node:perf_hooks'
import { createHash, randomBytes } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { megabytes, quantile, row, seconds } from './figures.mjs'
import { Gateway } from './gateway.mjs'
import { scan } from './linking.mjs'
import { Simulator } from './simulator.mjs'

const aim = 64e6
const pieceSize = 64 * 1024
/** How often memory is looked at, in ms. */
const pace = 10

export const documents = {
  name: 'documents',
  how: ({ documentSize, documentRuns }) =>
    `Documents: ${megabytes(documentSize)} of random bytes go up through \`POST …/media\`, are sent by one instance to another ` +
    'one, which hears of them, and are read from the address in its event; the SHA-256 has to be the same at both ends. Resident ' +
    `memory of the gateway's process and of those that it starts, looked at every ${pace} ms, less that before, with garbage ` +
    'collected and a document of one kilobyte gone the same way; then nothing is left to be loaded. ' +
    `The largest of ${documentRuns}, most often the first, since the heaps grow then.`,

  async measure({ documentSize, documentRuns }) {
    const simulator = await Simulator.start()
    const gateway = await Gateway.start(simulator)
    try {
      const from = await link(gateway, simulator)
      const to = await link(gateway, simulator)
      await carry(gateway, from, to, 1000)
      const runs = []
      for (let i = 0; i < documentRuns; i++) runs.push(await watch(gateway, from, to, documentSize))
      const above = runs.map((run) => run.above)
      const [middle, worst] = [quantile(above), Math.max(...above)]
      return [
        row({
          figure: `a document of ${megabytes(documentSize)}, uploaded, sent, received and downloaded: peak RSS above rest`,
          gateway: `${megabytes(worst)} (median ${megabytes(middle)}), ${seconds(quantile(runs.map((run) => run.took)))}`,
          aim: `< ${megabytes(aim)}`,
          reached: worst < aim,
        }),
      ]
    } finally {
      await gateway.stop()
      await simulator.stop()
    }
  },
}

async function link(gateway, simulator) {
  const [id, number] = [await gateway.prepare(), await simulator.phone()]
  await scan(gateway, simulator, id, number)
  return { id, number }
}

async function watch(gateway, from, to, size) {
  const { child } = gateway
  await child.settles()
  await child.ask('collect garbage')
  await child.settles()
  const before = residentOf(child.pid)
  let peak = before
  let over = false
  const looking = (async () => {
    while (!over) {
      peak = Math.max(peak, residentOf(child.pid))
      await sleep(pace)
    }
  })()
  const started = performance.now()
  try {
    await carry(gateway, from, to, size)
  } finally {
    over = true
    await looking
  }
  return { above: peak - before, took: performance.now() - started }
}

/** From one instance to the other; rejects when it is not the same there. */
async function carry(gateway, from, to, size) {
  const digest = createHash('sha256')
  const file = await gateway.upload(`/instances/${from.id}/media?name=document.bin`, bytes(size, digest))
  const content = { kind: 'document', media: file.id, name: 'document.bin' }
  const { id } = await gateway.call('POST', `/instances/${from.id}/messages`, { to: to.number, content })
  const { content: received } = await arrival(gateway, to, id)
  const came = createHash('sha256')
  for await (const piece of await gateway.stream(new URL(received.file.url).pathname)) came.update(piece)
  if (came.digest('hex') !== digest.digest('hex')) throw new Error('another document came out than went in')
}

async function* bytes(size, digest) {
  for (let left = size; left > 0; left -= pieceSize) {
    const piece = randomBytes(Math.min(left, pieceSize))
    digest.update(piece)
    yield piece
  }
}

async function arrival(gateway, { id }, message) {
  for (let after = 0; ;) {
    const path = `/instances/${id}/events?kind=message.received&wait=20&after=${after}`
    const { items } = await gateway.call('GET', path)
    if (items.length === 0) throw new Error('the document never arrived')
    const found = items.find(({ data }) => data.id === message)
    if (found) return found.data
    after = items.at(-1).seq
  }
}

/** Of a process and of all that its threads started, in bytes. */
function residentOf(pid) {
  try {
    const resident = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) * 1024
    const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
      readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8').split(' ').filter(Boolean),
    )
    return children.reduce((sum, child) => sum + residentOf(child), resident)
  } catch {
    // It, or a thread of it, has ended since it was listed.
    return 0
  }
}
