import { expect, test } from 'vitest'
import { backOff, backOffLimits } from '#gateway/core/connection/back-off.js'
import { ConnectionGate } from '#gateway/core/connection/connection-gate.js'

const never = new AbortController().signal

test('no more connections than its width are in the making, and those that wait for a QR go first', async () => {
  const gate = new ConnectionGate(2)
  const order: string[] = []
  const enter = async (name: string, urgent: boolean): Promise<() => void> => {
    const leave = await gate.enter(urgent, never)
    order.push(name)
    return leave ?? (() => undefined)
  }
  const [first, second] = await Promise.all([enter('first', false), enter('second', false)])
  const third = enter('third', false)
  const urgent = enter('urgent', true)
  expect(order).toEqual(['first', 'second'])
  first()
  await urgent
  expect(order).toEqual(['first', 'second', 'urgent'])
  second()
  await third
  expect(order).toEqual(['first', 'second', 'urgent', 'third'])
})

test('leaving twice frees one place only', async () => {
  const gate = new ConnectionGate(1)
  const leave = await gate.enter(false, never)
  leave?.()
  leave?.()
  const again = await gate.enter(false, never)
  let entered = false
  void gate.enter(false, never).then(() => {
    entered = true
  })
  await Promise.resolve()
  expect(entered).toBe(false)
  again?.()
})

test('who gives up waiting takes no place', async () => {
  const gate = new ConnectionGate(1)
  const leave = await gate.enter(false, never)
  const impatient = new AbortController()
  const waiting = gate.enter(true, impatient.signal)
  const patient = gate.enter(false, never)
  impatient.abort()
  expect(await waiting).toBeUndefined()
  leave?.()
  expect(await patient).toBeTypeOf('function')
})

test('back-off doubles up to its cap and is jittered over its whole length', () => {
  const longest = 1 - Number.EPSILON
  expect([0, 1, 2, 3].map((failures) => backOff(failures, longest))).toEqual([999, 1999, 3999, 7999])
  expect(backOff(1_000_000, longest)).toBe(backOffLimits.last - 1)
  expect(backOff(5, 0)).toBe(0)
})
