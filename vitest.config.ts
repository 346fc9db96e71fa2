import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'acceptance/**/*.test.ts'],
    pool: 'forks',
    // A stuck test ends; none measures time. Generous, because the whole suite shares whatever cores there are.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
  },
})
