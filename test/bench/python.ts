import { execFile } from 'node:child_process'
import { mkdir } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const venv = fileURLToPath(new URL('../../.venv/bench', import.meta.url))
const pinned = ['boto3==1.43.11', 'awswrangler==3.17.1']
const installMs = 600_000
const run = promisify(execFile)

/** A Python of our own with the pinned peers, fetched from PyPI on the first call; undefined without Python or network. */
export const findPython = async (): Promise<string | undefined> => {
  const own = `${venv}/bin/python`
  const has = (): Promise<unknown> => run(own, ['-c', 'import boto3, awswrangler'])
  try {
    await has()
    return own
  } catch {
    // Not there yet.
  }
  try {
    await mkdir(venv, { recursive: true })
    await run('python3', ['-m', 'venv', venv], { timeout: installMs })
    await run(own, ['-m', 'pip', 'install', '--quiet', ...pinned], { timeout: installMs })
    await has()
    return own
  } catch {
    return undefined
  }
}
