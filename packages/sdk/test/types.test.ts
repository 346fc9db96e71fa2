import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { expect, test } from 'vitest'

test('the types are generated from the OpenAPI document as it is: else run packages/sdk/scripts/generate.mjs', async () => {
  const document = await readFile(new URL('../../gateway/openapi.json', import.meta.url))
  const types = await readFile(new URL('../src/api.ts', import.meta.url), 'utf8')
  expect(types).toContain(`// ${createHash('sha256').update(document).digest('hex')}\n`)
})
