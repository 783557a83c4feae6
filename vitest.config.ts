import { defineConfig } from 'vitest/config'

const PATIENCE = 180_000

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: ['test/support/build.ts'],
    reporters: ['default', './test/support/tally.ts'],
    // Nothing is asserted of time. These only end what hangs, and must not end what waits for its turn on a busy machine.
    testTimeout: PATIENCE,
    hookTimeout: PATIENCE,
    expect: { poll: { timeout: PATIENCE } },
    pool: 'forks',
  },
})
