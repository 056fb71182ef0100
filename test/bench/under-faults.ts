import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { benchRows, storable, type Trouble } from './bench-rows.ts'
import { boto3Writers } from './boto3-writers.ts'
import { loopWriter, ownWriter } from './writers.ts'

/**
 * Side by side with what a user would pick instead: the same rows into the same table under the same faults, and what
 * came of them: rows stored, rows claimed stored, calls, seconds. Calls of 25 rows; this project and the loop keep
 * several in flight, batch_writer one. Prints figures and judges nothing.
 */
export const compareUnderFaults = async (rowCount: number, latencyMs: number): Promise<void> => {
  const script = fileURLToPath(new URL('counting-table.ts', import.meta.url))
  const args = [script, String(latencyMs)]
  const table = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => table.kill())
  const [line] = await once(table.stdout, 'data')
  const endpoint = String(line).trim()

  const boto3 = await boto3Writers(endpoint)
  if (boto3.length === 0) process.stdout.write('boto3: left out, there is no python3 or no network\n')
  const writers = [await ownWriter(endpoint), loopWriter(endpoint), ...boto3]
  for (const { write } of writers) await write(benchRows(1_000, 'none'))
  for (const [name, unprocessed, trouble] of troubles) {
    const rows = benchRows(rowCount, trouble)
    process.stdout.write(`\n${name}: ${rows.length} rows, ${storable(rows)} items can be stored\n`)
    for (const { name: writer, write } of writers) {
      await fetch(`${endpoint}/?unprocessed=${unprocessed}`)
      const { claimed, end, seconds } = await write(rows)
      const counts = (await (await fetch(`${endpoint}/counts`)).json()) as { stored: number; calls: number }
      process.stdout.write(
        `  ${writer.padEnd(47)} stored ${String(counts.stored).padStart(5)}  claimed ${String(claimed).padStart(5)}  ` +
          `${String(counts.calls).padStart(4)} calls  ${seconds.toFixed(2).padStart(5)} s  ${end}\n`
      )
    }
  }
  for (const { close } of writers) await close?.()
  table.kill()
}

const troubles: ReadonlyArray<readonly [name: string, unprocessed: number, trouble: Trouble]> = [
  ['clean', 0, 'none'],
  ['15 % unprocessed', 0.15, 'none'],
  ['60 % unprocessed', 0.6, 'none'],
  ['2 % duplicate keys', 0, 'duplicate keys'],
  ['one item of 400 KB, one empty key', 0, 'one bad item']
]
