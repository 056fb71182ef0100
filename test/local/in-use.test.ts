import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Writable } from 'node:stream'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkUnused, isAlive, useFolder } from '../../api/local/in-use.ts'
import { eventually } from '../support/eventually.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'in-use-'))
})
afterEach(() => rm(folder, { recursive: true }))

it('a folder that another process uses is not cleared; one whose users have ended is', async () => {
  await expect(checkUnused(folder)).resolves.toBeUndefined()
  const other = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
  try {
    await mkdir(join(folder, 'in-use'))
    await writeFile(join(folder, 'in-use', String(other.pid)), '')
    await expect(checkUnused(folder)).rejects.toThrow(/in use by npm run serve .* before --fresh/)
  } finally {
    other.kill('SIGKILL')
    await new Promise((resolve) => other.once('exit', resolve))
  }
  await expect(checkUnused(folder)).resolves.toBeUndefined()
})

it('its own user does not stand in its way, and leaves nothing behind', async () => {
  const use = await useFolder(folder)
  await expect(checkUnused(folder)).resolves.toBeUndefined()
  await use[Symbol.asyncDispose]()
  await expect(checkUnused(folder)).resolves.toBeUndefined()
})

it.runIf(process.platform === 'linux')(
  'a process that has ended and that nobody asked for uses nothing',
  async () => {
    // The shell becomes another program, which never asks for the child of the shell.
    const script = 'cat <&3 & echo $!; exec 3<&-; exec sh -c "echo ready; exec sleep 60"'
    const parent = spawn('sh', ['-c', script], { stdio: ['ignore', 'pipe', 'ignore', 'pipe'] })
    const untilEnd = parent.stdio[3] as Writable
    try {
      let said = ''
      for await (const piece of parent.stdout ?? []) {
        said += String(piece)
        if (said.includes('ready')) break
      }
      const child = Number.parseInt(said, 10)
      expect(isAlive(child)).toBe(true)
      untilEnd.end()
      await eventually(
        async () => isAlive(child),
        (alive) => !alive,
        5_000
      )
      expect(process.kill(child, 0)).toBe(true)
    } finally {
      parent.kill('SIGKILL')
      await once(parent, 'exit')
    }
  }
)
