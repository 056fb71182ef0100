import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { runCommand } from '../support/run-command.ts'

const commands = ['start', 'serve', 'load', 'look', 'redrive', 'simulate'] as const

// Processes of their own.
describe('a local command', { timeout: 60_000 }, () => {
  it.each(commands)('%s: --help prints its options', async (command) => {
    const shown = command === 'start' ? 'npm start' : `npm run ${command}`
    const { code, stdout, stderr } = await runCommand(command, ['--help'], tmpdir())
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
    expect(stdout).toContain(`${shown} `)
    expect(stdout).toMatch(/^ {2}--\w/m)
  })

  it.each(commands)(
    '%s: an unknown option is named, in one line that says where to look',
    async (command) => {
      const shown = command === 'start' ? 'npm start' : `npm run ${command}`
      const { code, stdout, stderr } = await runCommand(command, ['--jsn'], tmpdir())
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' })
      expect(stderr).toMatch(/^[^\n]*'--jsn'[^\n]*\n$/)
      if (!['start', 'serve'].includes(command)) expect(stderr).toContain('did you mean --json?')
      expect(stderr).toContain(`see ${shown} -- --help`)
    }
  )
})
