import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    root: new URL('..', import.meta.url).pathname,
    include: ['test/aws/**/*.test.ts'],
    reporters: ['default', new URL('./support/closing-line.ts', import.meta.url).pathname],
    globalSetup: new URL('./aws/emulators.ts', import.meta.url).pathname,
    isolate: false,
    // Emulated Lambdas start in processes of their own.
    testTimeout: 60_000,
    // The first start installs ministack.
    hookTimeout: 360_000,
    // One emulator at a time: each is a process with 64 threads.
    fileParallelism: false
  }
})
