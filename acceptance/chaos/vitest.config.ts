import { join } from 'node:path'
import { defineConfig } from 'vitest/config'

/** The long form of the crash tests: as long as it was asked for, and not a part of `npm test`. */
export default defineConfig({
  root: join(import.meta.dirname, '..', '..'),
  test: { include: ['acceptance/chaos/*.chaos.ts'], pool: 'forks', testTimeout: 0, hookTimeout: 60_000 },
})
