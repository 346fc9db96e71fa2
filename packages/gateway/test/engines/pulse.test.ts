import { expect, test } from 'vitest'
import { Pulse, pulseLimits } from '#gateway/engines/baileys/pulse.js'
import { ManualClock } from '../manual-clock.js'

function watched(): {
  clock: ManualClock
  pulse: Pulse
  patient: { probes: number; gaveUp: number[] } & Parameters<Pulse['watch']>[0]
} {
  const clock = new ManualClock()
  const pulse = new Pulse(clock)
  const patient = {
    probes: 0,
    gaveUp: [] as number[],
    probe() {
      patient.probes++
    },
    giveUp() {
      patient.gaveUp.push(clock.monotonic())
    },
  }
  pulse.watch(patient)
  return { clock, pulse, patient }
}

test('F13: a deaf connection is asked for a sign of life and given up within 35 s of the last one', () => {
  const { clock, patient } = watched()
  clock.advance(14_000)
  expect(patient.probes).toBe(0)
  clock.advance(60_000)
  expect(patient.probes).toBe(2)
  expect(patient.gaveUp).toHaveLength(1)
  expect(patient.gaveUp[0]).toBeGreaterThanOrEqual(pulseLimits.deadAfter)
  expect(patient.gaveUp[0]).toBeLessThanOrEqual(36_000)
})

test('whatever arrives counts as a sign of life', () => {
  const { clock, pulse, patient } = watched()
  for (let minute = 0; minute < 10; minute++) {
    clock.advance(30_000)
    pulse.heard(patient)
  }
  expect(patient.gaveUp).toEqual([])
})

test('a thousand connections share one timer, and none is left when they are gone', () => {
  const clock = new ManualClock()
  const pulse = new Pulse(clock)
  const patients = Array.from({ length: 1000 }, () => ({ probe: () => undefined, giveUp: () => undefined }))
  for (const patient of patients) pulse.watch(patient)
  expect(clock.pending).toBe(1)
  for (const patient of patients) pulse.forget(patient)
  expect(clock.pending).toBe(0)
})
