import { spawn } from 'node:child_process'
import { once } from 'node:events'

// `npm run prove:whole [-- test/local …]`: the suite, or the named part of it, with every case, seed and size of which
// `npm test` takes some (test/support/extent.ts).

const child = spawn(
  process.execPath,
  ['node_modules/vitest/vitest.mjs', 'run', '--config', 'test/vitest.config.ts', ...process.argv.slice(2)],
  { stdio: 'inherit', env: { ...process.env, EXTENT: 'whole' } }
)
await once(child, 'exit')
process.exitCode = child.exitCode ?? 1
