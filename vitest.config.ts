import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'acceptance/**/*.test.ts'],
    pool: 'forks',
    // Two at a time even on two cores: some files mostly wait, as a QR takes its time to expire.
    maxWorkers: Math.max(2, availableParallelism() - 1),
    // A stuck test ends; none measures time. Generous, because the whole suite shares whatever cores there are.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
