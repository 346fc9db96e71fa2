import { performance } from 'node:perf_hooks'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { delivering } from './delivering.mjs'
import { documents } from './documents.mjs'
import { firstQr } from './first-qr.mjs'
import { greenQr } from './green-qr.mjs'
import { history } from './history.mjs'
import { machine } from './machine.mjs'
import { manyAtOnce } from './many-at-once.mjs'
import { memory } from './memory.mjs'
import { polling } from './polling.mjs'
import { images } from './images.mjs'
import { receiving } from './receiving.mjs'
import { redirects } from './redirects.mjs'
import { restart } from './restart.mjs'
import { scanSockets } from './scan-sockets.mjs'
import { scanToLinked } from './scan-to-linked.mjs'
import { sending } from './sending.mjs'
import { signatures } from './signatures.mjs'

const figures = [
  firstQr,
  scanToLinked,
  manyAtOnce,
  memory,
  restart,
  polling,
  greenQr,
  scanSockets,
  receiving,
  sending,
  delivering,
  documents,
  history,
  redirects,
  images,
  signatures,
]

const full = {
  qrRounds: 4,
  qrSamples: 25,
  scans: 15,
  atOnce: 50,
  atOnceRuns: 3,
  crowd: [100, 300],
  memoryRuns: 1,
  restarts: 3,
  polled: 100,
  pollRounds: 5,
  pollTime: 3_000,
  greenPolled: 500,
  greenTime: 20_000,
  greenWarmUp: 12_000,
  greenRest: 20_000,
  scanned: 25,
  viewers: 40,
  receivers: [1, 100],
  received: 3_000,
  receivedRuns: 3,
  senders: [1, 100],
  sent: 3_000,
  sentRuns: 3,
  backlog: 100_000,
  liveEvents: 5_000,
  documentSize: 50e6,
  documentRuns: 3,
  journaled: 100_000,
  pages: 500,
  greenPages: 30,
  redirectRounds: 5,
  redirectTime: 3_000,
  drawn: 4_000,
  signed: 20_000,
  stored: 20_000,
}
const quick = {
  qrRounds: 2,
  qrSamples: 10,
  scans: 4,
  atOnce: 20,
  atOnceRuns: 1,
  crowd: [15, 30],
  memoryRuns: 1,
  restarts: 1,
  polled: 20,
  pollRounds: 2,
  pollTime: 1_000,
  greenPolled: 100,
  greenTime: 4_200,
  greenWarmUp: 5_000,
  greenRest: 2_000,
  scanned: 10,
  viewers: 10,
  receivers: [1, 10],
  received: 300,
  receivedRuns: 1,
  senders: [1, 10],
  sent: 300,
  sentRuns: 1,
  backlog: 5_000,
  liveEvents: 1_000,
  documentSize: 50e6,
  documentRuns: 1,
  journaled: 10_000,
  pages: 50,
  greenPages: 5,
  redirectRounds: 2,
  redirectTime: 1_000,
  drawn: 500,
  signed: 2_000,
  stored: 2_000,
}
/** No run takes longer than this, in ms, whatever hangs. */
const limit = 1_800_000

const { values, positionals } = parseArgs({
  options: { quick: { type: 'boolean', default: false } },
  allowPositionals: true,
})
const wanted = figures.filter(({ name }) => positionals.length === 0 || positionals.includes(name))
const unknown = positionals.find((name) => !figures.some((figure) => figure.name === name))
if (unknown !== undefined) {
  console.error(`There is no figure '${unknown}'. There are: ${figures.map(({ name }) => name).join(', ')}.`)
  process.exit(2)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => process.exit(130))
setTimeout(() => {
  console.error(`not done after ${limit / 1000} s`)
  process.exit(1)
}, limit).unref()

const scale = values.quick ? quick : full
const rows = []
for (const figure of wanted) {
  const started = performance.now()
  process.stderr.write(`${figure.name} … `)
  rows.push(...(await figure.measure(scale)))
  process.stderr.write(`${Math.round((performance.now() - started) / 1000)} s\n`)
}
const lines = table(rows)
console.log(`\n${lines.join('\n')}`)
const isWhole = !values.quick && positionals.length === 0
if (isWhole) writeFileSync(join(import.meta.dirname, 'RESULTS.md'), report(lines))

function table(all) {
  const cells = all.map(({ figure, gateway, bare, ratio, aim, reached }) => [
    figure,
    gateway,
    bare,
    ratio,
    aim,
    verdict(reached),
  ])
  const head = ['figure', 'gateway', 'bare', 'ratio', 'aim', 'reached']
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((line) => line[i].length)))
  const drawn = [head, widths.map((width) => '-'.repeat(width)), ...cells]
  return drawn.map((line) => `| ${line.map((cell, i) => cell.padEnd(widths[i])).join(' | ')} |`)
}

function verdict(reached) {
  return reached === undefined ? '–' : reached ? 'yes' : '**no**'
}

function report(drawn) {
  return `# Measured

\`npm run bench\` wrote this page. The gateway runs as a user would run it and is compared with a bare script: the same Baileys
with default settings, keys in memory, nothing stored and nothing served. Both talk to the same simulated WhatsApp in a process
of its own, over 127.0.0.1; each goes first every other time. Trust ratios more than absolute figures.

${drawn.join('\n')}

## How

${wanted.map(({ how }) => `- ${how(scale)}`).join('\n')}

## Where

${machine().join('\n')}
`
}
