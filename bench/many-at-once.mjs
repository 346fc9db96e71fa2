import { performance } from 'node:perf_hooks'
import { ms, quantile, row, seconds } from './figures.mjs'
import { oneTurn, scan, withBoth } from './linking.mjs'

const aim = 100

export const manyAtOnce = {
  name: 'many-at-once',
  how: ({ atOnce, atOnceRuns }) =>
    `${atOnce} at once: all ask for a QR at the same moment and each is scanned as soon as it is there; fresh processes ` +
    `for each of ${atOnceRuns} runs, medians. Event-loop delay of the main thread, looked at every 10 ms (which are taken ` +
    'off), from the first request to the last success.',

  async measure({ atOnce, atOnceRuns }) {
    const runs = []
    for (let turn = 0; turn < atOnceRuns; turn++) {
      runs.push(await withBoth((both) => oneTurn(both, turn, (one) => linkAll(one, both.simulator, atOnce))))
    }
    const middle = (side, what) => quantile(runs.map((run) => run[side][what]))
    const [ours, theirs] = [middle('gateway', 'p99'), middle('bare', 'p99')]
    const [took, theyTook] = [middle('gateway', 'took'), middle('bare', 'took')]
    return [
      row({
        figure: `${atOnce} linking at once: event-loop delay p99 of the process that answers HTTP`,
        gateway: `${ms(ours)} (longest ${ms(middle('gateway', 'max'))})`,
        bare: `${ms(theirs)} (longest ${ms(middle('bare', 'max'))})`,
        ratio: ours / theirs,
        aim: `≤ ${aim} ms`,
        reached: ours <= aim,
      }),
      row({
        figure: `${atOnce} linking at once: until all are linked`,
        gateway: seconds(took),
        bare: seconds(theyTook),
        ratio: took / theyTook,
        aim: 'none',
      }),
    ]
  },
}

async function linkAll(contestant, simulator, count) {
  const ready = Array.from({ length: count }, async () => [await contestant.prepare(), await simulator.phone()])
  const accounts = await Promise.all(ready)
  await contestant.child.settles()
  await contestant.child.ask('watch the loop')
  const started = performance.now()
  await Promise.all(accounts.map(([id, number]) => scan(contestant, simulator, id, number)))
  const took = performance.now() - started
  return { took, ...(await contestant.child.ask('how late was the loop')) }
}
