import { defineConfig } from 'vitest/config'

const fromHere = (path: string): string => new URL(path, import.meta.url).pathname

export default defineConfig({
  test: {
    root: fromHere('..'),
    experimental: { viteModuleRunner: false },
    reporters: ['default', fromHere('./support/closing-line.ts')],
    isolate: false,
    // CDK's own validation takes 5 CPU seconds an app; `npm run synth` has it.
    env: { CDK_VALIDATION: 'false' },
    // Emulated Lambdas start in processes of their own, and CI has other work beside them.
    testTimeout: 240_000,
    // The first start installs ministack.
    hookTimeout: 360_000,
    // They share a deployment, whose settings some of them change.
    fileParallelism: false,
    projects: [
      {
        extends: true,
        test: {
          name: 'stack',
          include: ['test/aws/**/*.test.ts'],
          exclude: ['test/aws/setup.test.ts'],
          globalSetup: fromHere('./aws/emulators.ts')
        }
      },
      { extends: true, test: { name: 'setup', include: ['test/aws/setup.test.ts'] } }
    ]
  }
})
