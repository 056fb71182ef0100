import { spawn } from 'node:child_process'

// `npm run test:dynamodb-local`: the contract suites on AWS's own DynamoDB Local instead of the embedded engine.

const run = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', 'test/contract'],
  { stdio: 'inherit', env: { ...process.env, ENGINE: 'dynamodb-local' } }
)
run.once('exit', (code) => process.exit(code ?? 1))
