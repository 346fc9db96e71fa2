import { expect, test } from 'vitest'
import { createStage, StepFailed } from '#gateway/app/cli/demo/stage.js'

function stageOf(times: number[]) {
  const written: string[] = []
  const stage = createStage((text) => written.push(text), { colour: false, now: () => times.shift() ?? NaN })
  return { stage, written }
}

test('steps are shown with their times under each other', async () => {
  const { stage, written } = stageOf([0, 7.4, 10, 1210])
  expect(await stage.step('one', async () => 'result')).toBe('result')
  await stage.step('another', async () => undefined)
  expect(written.map((line) => line.trimEnd())).toEqual([
    `  ✓ one${' '.repeat(67)}7 ms`,
    `  ✓ another${' '.repeat(60)}1200 ms`,
  ])
})

test('a step that fails is named, and the failure goes on', async () => {
  const { stage, written } = stageOf([0, 1])
  const failure = stage.step('one', () => Promise.reject(new Error('not today')))
  await expect(failure).rejects.toThrow(StepFailed)
  await expect(failure).rejects.toMatchObject({ step: 'one', message: 'not today' })
  expect(written).toEqual(['  ✗ one\n'])
})
