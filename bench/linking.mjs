import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { BareScript } from './bare-script.mjs'
import { Gateway } from './gateway.mjs'
import { Simulator } from './simulator.mjs'

/**
 * A simulator with the gateway and the bare script beside it, each warmed up by one linked account, for as long as
 * `work` takes.
 */
export async function withBoth(work) {
  const simulator = await Simulator.start()
  const gateway = await Gateway.start(simulator)
  const bare = await BareScript.start(simulator)
  try {
    for (const one of [gateway, bare]) await linkOne(one, simulator)
    return await work({ simulator, gateway, bare })
  } finally {
    await Promise.all([gateway.stop(), bare.stop()])
    await simulator.stop()
  }
}

/**
 * Runs `measure` for both, `times` times, each going first every other time.
 * @returns what it answered, in lists by side
 */
export async function inTurns(both, times, measure) {
  const answers = { gateway: [], bare: [] }
  for (let i = 0; i < times; i++) {
    const { gateway, bare } = await oneTurn(both, i, measure)
    answers.gateway.push(gateway)
    answers.bare.push(bare)
  }
  return answers
}

/** Runs `measure` for both; who goes first depends on the number of the turn. */
export async function oneTurn(both, turn, measure) {
  const answers = {}
  for (const side of turn % 2 === 0 ? ['gateway', 'bare'] : ['bare', 'gateway'])
    answers[side] = await measure(both[side])
  return answers
}

/**
 * Links one new account.
 * @param pause how long the person with the phone takes before the scan, in ms
 * @returns how long it took from the scan to the success, in ms
 */
export async function linkOne(contestant, simulator, pause = 0) {
  const [id, number] = [await contestant.prepare(), await simulator.phone()]
  return scan(contestant, simulator, id, number, pause)
}

/** The same for an account and a phone that are there already. */
export async function scan(contestant, simulator, id, number, pause = 0) {
  const { qr } = await contestant.firstQr(id)
  const { linked } = await contestant.watch(id)
  await sleep(pause)
  const started = performance.now()
  await Promise.all([simulator.scan(number, qr), linked])
  return performance.now() - started
}

/** Links `count` new accounts, a few at a time. */
export async function linkMany(contestant, simulator, count, atATime = 6) {
  let left = count
  const work = async () => {
    while (left-- > 0) await linkOne(contestant, simulator)
  }
  await Promise.all(Array.from({ length: atATime }, work))
}
