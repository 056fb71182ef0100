import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { findPython } from './python.ts'
import type { BenchWriter } from './writers.ts'

const script = fileURLToPath(new URL('boto3_writer.py', import.meta.url))
const run = promisify(execFile)

/** boto3's batch_writer, as it is and told to collapse duplicates; none where there is no Python or no network. */
export const boto3Writers = async (endpoint: string): Promise<BenchWriter[]> => {
  const python = await findPython()
  if (python === undefined) return []
  const { stdout } = await run(python, ['-c', 'import boto3; print(boto3.__version__)'])
  const writer = (name: string, keys: readonly string[]): BenchWriter => ({
    name: `${name} (boto3 ${stdout.trim()})`,
    async write(rows) {
      const child = spawn(python, [script, endpoint, ...keys], { stdio: ['pipe', 'pipe', 'inherit'] })
      const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
      child.stdin.end(rows.map((row) => `${JSON.stringify(row)}\n`).join(''))
      await lines.next()
      const startMs = performance.now()
      const { value } = await lines.next()
      const seconds = (performance.now() - startMs) / 1000
      if (child.exitCode === null) await once(child, 'exit')
      const { claimed, error } = JSON.parse(value ?? '{}') as { claimed: number; error: string }
      return { claimed, end: error || 'ok', seconds }
    }
  })
  return [writer('batch_writer', []), writer('batch_writer overwrite_by_pkeys', ['id'])]
}
