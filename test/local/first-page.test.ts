import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { endOf } from '../support/run-command.ts'

const root = new URL('../../', import.meta.url).pathname

/** The shell block of the README's first page that takes one CSV file from its load to the item. */
const walk = async (): Promise<string> => {
  const page = await readFile(`${root}README.md`, 'utf8')
  const [, block = ''] = /```sh\n(printf [\s\S]*?)```/.exec(page) ?? []
  return block
}

// Processes of their own. `npm run` would take the repository's folder for `.local`; all else is as it stands.
it('the first page, followed literally: loaded, a bad row seen, mended, redriven, the item looked at', {
  timeout: 60_000
}, async () => {
  const folder = await mkdtemp(join(tmpdir(), 'push-first-page-'))
  const npm = `${process.execPath} --import ${root}api/local/require-node.mjs ${root}api/local/run.ts`
  await writeFile(join(folder, 'npm'), `#!/bin/sh\ncommand=$2\nshift 3\nexec ${npm} $command "$@"\n`, {
    mode: 0o755
  })
  const script = (await walk()).replaceAll('/tmp/orders.csv', join(folder, 'orders.csv'))
  expect(script.split('\n').length).toBeGreaterThan(6)
  const child = spawn('bash', ['-e', '-c', script], {
    cwd: folder,
    env: { ...process.env, DYNAMODB_ENDPOINT: '', PATH: `${folder}:${process.env.PATH}` },
    stdio: ['ignore', 'pipe', 'pipe']
  })
  const { code, stdout, stderr } = await endOf(child)
  await rm(folder, { recursive: true, force: true })
  expect(code, stderr).toBe(0)
  expect(stdout).toMatch(/rows: 2 read, 1 written, 1 rejected\n.*missing_key.*key id is NULL/)
  expect(stdout).toContain('rows: 2 read, 2 written\n')
  expect(stdout).toMatch(/\{\n {2}"id": "a-2",\n {2}"total": "7"\n\}\n$/)
})
