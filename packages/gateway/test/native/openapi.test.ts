import { readFile, writeFile } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { routeTable } from './route-table.js'
import { startWorld } from './world.js'

const stored = new URL('../../openapi.json', import.meta.url)

/** Rewritten with `UPDATE_SNAPSHOTS=1 npx vitest run packages/gateway/test/native/openapi.test.ts`. */
test('the OpenAPI document is the stored one, so that a change of the API shows in review', async () => {
  const { call } = await startWorld()
  const { text } = await call('GET', '/openapi.json', undefined, { key: null })
  if (process.env.UPDATE_SNAPSHOTS === '1') await writeFile(stored, text)
  expect(text).toBe(await readFile(stored, 'utf8'))
})

interface Operation {
  operationId: string
  summary: string
  responses: Record<string, { description: string }>
}

test('every operation has an id of its own, a summary, and a row in the route table', async () => {
  const { call } = await startWorld()
  const { body } = await call('GET', '/openapi.json')
  const operations = Object.entries(body.paths as Record<string, Record<string, Operation>>).flatMap(([path, item]) =>
    Object.entries(item).map(([method, operation]) => ({ method: method.toUpperCase(), path, ...operation })),
  )
  const name = ({ method, path }: { method: string; path: string }) => `${method} ${path}`
  expect(operations.map(name).sort()).toEqual(routeTable.map(name).sort())
  expect(new Set(operations.map(({ operationId }) => operationId)).size).toBe(operations.length)
  for (const { summary, responses } of operations) {
    expect(summary).not.toBe('')
    expect(Object.keys(responses)).toEqual(expect.arrayContaining(['401', '403']))
    for (const { description } of Object.values(responses)) expect(description).not.toBe('Default Response')
  }
})
