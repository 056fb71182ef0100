import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { pythonWith } from './python-tool.ts'

// `npm run test:aws [-- vitest's options]`: the set-up, which waits for CloudFormation most of the time, beside the
// suites of the deployed stacks; each on an emulator of its own. What the set-up prints comes at the end.

// Once for both.
await pythonWith('ministack', AbortSignal.timeout(300_000))

const run = (project: string, stdout: 'inherit' | 'pipe') =>
  spawn(
    process.execPath,
    [
      'node_modules/vitest/vitest.mjs',
      'run',
      '--config',
      'test/vitest.aws.config.ts',
      `--project=${project}`,
      ...process.argv.slice(2)
    ],
    { stdio: ['ignore', stdout, 'inherit'] }
  )
const setup = run('setup', 'pipe')
const stack = run('stack', 'inherit')
const printed = setup.stdout ? text(setup.stdout) : ''
const codes = await Promise.all(
  [setup, stack].map(async (child) => (await once(child, 'exit'))[0] as number | null)
)
process.stdout.write(await printed)
process.exit(codes.every((code) => code === 0) ? 0 : 1)
