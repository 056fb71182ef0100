import { defineConfig } from 'vitest/config'

/** Everything on embedded parts. What needs an emulated AWS or much time has a command of its own. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: ['test/aws/**', 'test/prove/**', 'node_modules/**'],
    reporters: ['default', new URL('./support/closing-line.ts', import.meta.url).pathname],
    // Files share a process and what it has loaded: to load it anew for each took a third of the suite's time.
    isolate: false,
    maxWorkers: '100%',
    testTimeout: process.env.EXTENT === 'whole' ? 600_000 : 20_000,
    hookTimeout: 60_000,
    // CDK's own validation takes 5 CPU seconds an app; `npm run synth` has it, and `npm run lint:cfn` after it.
    env: { CDK_VALIDATION: 'false' }
  }
})
