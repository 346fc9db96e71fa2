import { expect, test } from 'vitest'
import type { CursorMove, Progress } from '#gateway/core/ports/subscription-store.js'
import { startOfLog } from '#gateway/core/subscriptions/subscription.js'
import { ProgressLog } from '#gateway/delivery/progress-log.js'
import { ManualClock } from '../manual-clock.js'

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined }

/** A store whose writes end when the test says so. */
function world() {
  const clock = new ManualClock()
  clock.advance(1000)
  const written: Progress[] = []
  const ends: { done: () => void; fail: () => void }[] = []
  const store = {
    recordProgress: (progress: Progress) =>
      new Promise<void>((resolve, reject) => {
        written.push(progress)
        ends.push({
          done: resolve,
          fail: () => {
            reject(new Error('the disk is full'))
          },
        })
      }),
  }
  const log = new ProgressLog(store, clock, silent)
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    clock,
    log,
    written,
    /** What the newest write says of cursors. */
    seqs: () => written.at(-1)?.cursors.map(({ cursor }) => cursor.seq),
    done: () => {
      ends.shift()?.done()
      return settle()
    },
    fail: () => {
      ends.shift()?.fail()
      return settle()
    },
    settle,
  }
}

const move = (seq: number, instance = 1): CursorMove => ({ subscription: 1, instance, cursor: { ...startOfLog, seq } })

test('alone, a cursor is written at once; under load, at most every 50 ms and only where it stands then', async () => {
  const { log, written, seqs, done, clock } = world()
  log.cursor(move(1))
  expect(seqs()).toEqual([1])
  for (let seq = 2; seq <= 90; seq++) log.cursor(move(seq))
  log.cursor(move(7, 2))
  expect(written).toHaveLength(1)
  await done()
  expect(written).toHaveLength(1)
  clock.advance(50)
  expect(written).toHaveLength(2)
  expect(seqs()).toEqual([90, 7])
})

test('what was only passed over is written in a while, or with the next delivery', async () => {
  const { log, written, seqs, done, clock } = world()
  log.passedOver(move(1))
  await done()
  for (let seq = 2; seq <= 9; seq++) log.passedOver(move(seq))
  clock.advance(4000)
  expect(written).toHaveLength(1)
  log.cursor(move(3, 2))
  expect(seqs()).toEqual([9, 3])
  await done()
  log.passedOver(move(10))
  clock.advance(5000)
  expect(seqs()).toEqual([10])
})

test('a write that fails is made again, with what is newer in place of what it said', async () => {
  const { log, written, seqs, fail, done, clock, settle } = world()
  log.cursor(move(1))
  log.replay({ replay: 5, cursor: null })
  log.cursor(move(1, 2))
  await fail()
  log.cursor(move(2))
  expect(written).toHaveLength(1)
  clock.advance(1000)
  expect(written).toHaveLength(2)
  expect(new Set(seqs())).toEqual(new Set([1, 2]))
  expect(written[1]?.replays).toEqual([{ replay: 5, cursor: null }])
  await done()
  let flushed = false
  void log.flush().then(() => (flushed = true))
  await settle()
  expect(flushed).toBe(true)
})

test('flushing writes everything now, and says when that failed', async () => {
  const { log, seqs, done, fail } = world()
  log.cursor(move(1))
  log.cursor(move(2))
  const flushing = log.flush()
  await done()
  expect(seqs()).toEqual([2])
  await done()
  await flushing
  log.cursor(move(3))
  const refused = expect(log.flush()).rejects.toMatchObject({ code: 'storage-error' })
  await fail()
  await refused
})

test('too much that is not stored holds everything up until it is', async () => {
  const { log, done, clock, settle } = world()
  expect(log.room()).toBeUndefined()
  for (let seq = 1; seq <= 10_001; seq++) log.cursor(move(seq))
  let room = false
  void log.room()?.then(() => (room = true))
  await settle()
  expect(room).toBe(false)
  await done()
  expect(room).toBe(false)
  clock.advance(50)
  await done()
  expect(room).toBe(true)
  expect(log.room()).toBeUndefined()
})
