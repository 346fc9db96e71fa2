import { setTimeout as sleep } from 'node:timers/promises'
import { megabytes, quantile, row } from './figures.mjs'
import { linkMany, oneTurn, withBoth } from './linking.mjs'

const aim = 0.7
const largestAim = 0.6e6
/** How long a process is left alone after the last link before its memory is read, in ms. */
const rest = 3_000

export const memory = {
  name: 'memory',
  how: ({ crowd, memoryRuns }) =>
    `RSS per account: resident memory of the whole process with ${crowd.join(' and ')} accounts linked and idle, less that ` +
    `with one, divided by the number added; ${memoryRuns} run(s) in fresh processes, medians. Accounts are linked six at a ` +
    'time; the gateway has everything on disk, the bare script in memory only. Before it is read, each thread of either ' +
    'process is told to collect its garbage, which V8 does by itself after about a minute; "unsettled" is the same read ' +
    `${rest / 1000} s after coming to rest, nothing told. The last line is what each account adds once the one-time growth ` +
    'of heaps and compiled code is over.',

  async measure({ crowd, memoryRuns }) {
    const runs = []
    for (let turn = 0; turn < memoryRuns; turn++) {
      runs.push(await withBoth((both) => oneTurn(both, turn, (one) => grow(one, both.simulator, crowd))))
    }
    const sides = (pick) => ['gateway', 'bare'].map((side) => quantile(runs.map((run) => pick(run[side]))))
    const largest = crowd.length - 1
    const added = crowd[largest] - crowd[0]
    return [
      ...crowd.map((accounts, i) => {
        const [ours, theirs] = sides((sizes) => (sizes[i].settled - sizes.empty) / accounts)
        const [fresh, theirFresh] = sides((sizes) => (sizes[i].fresh - sizes.empty) / accounts)
        return row({
          figure: `RSS per idle account at ${accounts}`,
          gateway: `${megabytes(ours)} (unsettled ${megabytes(fresh)})`,
          bare: `${megabytes(theirs)} (unsettled ${megabytes(theirFresh)})`,
          ratio: ours / theirs,
          aim: `≤ ${aim} × bare${i === largest ? `, ≤ ${megabytes(largestAim)}` : ''}`,
          reached: ours / theirs <= aim && (i !== largest || ours <= largestAim),
        })
      }),
      further(
        `RSS of each further account, ${crowd[0]} to ${crowd[largest]}`,
        sides((sizes) => (sizes[largest].settled - sizes[0].settled) / added),
      ),
    ]
  },
}

function further(figure, [ours, theirs]) {
  return row({ figure, gateway: megabytes(ours), bare: megabytes(theirs), ratio: ours / theirs, aim: 'none' })
}

/** Memory of the process with one account, as `empty`, and after each size of the crowd. */
async function grow(contestant, simulator, crowd) {
  const { settled: empty } = await memoryOf(contestant.child)
  const sizes = []
  for (const [i, accounts] of crowd.entries()) {
    await linkMany(contestant, simulator, accounts - (crowd[i - 1] ?? 0))
    sizes.push(await memoryOf(contestant.child))
  }
  return Object.assign(sizes, { empty })
}

async function memoryOf(child) {
  await child.settles()
  await sleep(rest)
  const fresh = child.rss()
  await child.ask('collect garbage')
  await child.settles()
  return { fresh, settled: child.rss() }
}
