import { spawn } from 'node:child_process'

// `npm run test:engines`: the contract suites on dynoxide, an engine of other authors than the embedded one.

const run = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', 'test/contract'],
  { stdio: 'inherit', env: { ...process.env, ENGINE: 'dynoxide' } }
)
run.once('exit', (code) => process.exit(code ?? 1))
