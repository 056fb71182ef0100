import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { isWhole } from './support/extent.ts'

/** Everything on embedded parts. What needs an emulated AWS or much time has a command of its own. */
export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/**/*.test.ts'],
    exclude: ['test/aws/**', 'test/prove/**', 'node_modules/**'],
    reporters: ['default', new URL('./support/closing-line.ts', import.meta.url).pathname],
    // Files share a process and what it has loaded: to load it anew for each took a third of the suite's time.
    isolate: false,
    // Node loads the modules itself: Vitest's loader turns every use of an import into a look at an object, which makes loops over
    // bytes some ten times slower.
    experimental: { viteModuleRunner: false },
    // One more than cores: some tests wait for processes, leases and clocks.
    maxWorkers: availableParallelism() + 1,
    testTimeout: isWhole ? 600_000 : 60_000,
    hookTimeout: 120_000,
    // CDK's own validation takes 5 CPU seconds; `npm run synth` has it, and `npm run lint:cfn` after it. nag.test.ts finds
    // what it says in a whole run.
    env: isWhole ? {} : { CDK_VALIDATION: 'false' }
  }
})
