import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { endOf } from '../support/run-command.ts'

const root = new URL('../../', import.meta.url).pathname

/** Runs a program of the AWS and Snowflake sides where there are no credentials of either. */
const run = (file: string, ...args: readonly string[]) =>
  endOf(
    spawn(process.execPath, ['--import', `${root}api/local/require-node.mjs`, `${root}${file}`, ...args], {
      cwd: root,
      env: { PATH: process.env.PATH, HOME: tmpdir() },
      stdio: ['ignore', 'pipe', 'pipe']
    })
  )

// Processes of their own.
describe('without credentials', { timeout: 60_000 }, () => {
  it.each(['api/setup/setup.ts', 'api/setup/doctor.ts', 'infra/deploy.ts'])(
    '%s --help is its help',
    async (file) => {
      const { code, stdout, stderr } = await run(file, '--help')
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
      expect(stdout).toMatch(/^npm run (setup|doctor|deploy) -- /)
    }
  )

  it('doctor --json says so in JSON', async () => {
    const { code, stdout, stderr } = await run('api/setup/doctor.ts', '--json')
    expect({ code, stderr }).toEqual({ code: 2, stderr: '' })
    expect(JSON.parse(stdout)).toMatchObject({
      ok: false,
      findings: [],
      error: expect.stringContaining('AWS')
    })
  })
})
