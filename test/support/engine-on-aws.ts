import { importTables } from '../../api/load/managed/import-tables.ts'
import type { RunStatus } from '../../api/load/run-status.ts'
import { startLoader } from '../../api/local/start-loader.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { systemClock } from '../../api/runtime/system-clock.ts'
import { s3Store } from '../../api/store/s3-store.ts'
import { dynamodbJobs } from '../../api/write/dynamodb-jobs.ts'
import { dynamodbWriter } from '../../api/write/dynamodb-writer.ts'
import { runsOf, type Tell } from './engine-proof.ts'
import { memoryLedger } from './memory-ledger.ts'

/** A bucket and a table (key `id`, text) of somebody's own. */
export interface OnAws {
  readonly rows: number
  readonly bucket: string
  readonly table: string
  /** A table that does not exist: an import makes it, and nobody removes it. */
  readonly newTable?: string | undefined
}

/** Loads rows on AWS by a job, and by our own workers over it: the job's counts and states, as AWS tells them. */
export const proveEngineOnAws = async (
  { rows, bucket, table, newTable }: OnAws,
  tell: Tell
): Promise<void> => {
  const client = dynamodbClient(undefined, 20_000)
  const store = s3Store(s3Client(), bucket)
  const announced = new Map<string, (status: RunStatus) => void>()
  const loader = startLoader({
    store: {
      ...store,
      link: () => Promise.reject(new Error('a bucket links no files'))
    },
    ledger: memoryLedger(),
    writer: dynamodbWriter(client, systemClock),
    managed: dynamodbJobs(client, { bucket, timeoutMs: 20_000 }),
    imports: importTables(newTable === undefined ? {} : { [newTable]: [{ name: 'id', type: 'S' }] }),
    isAllowed: (name) => name === table || name === newTable,
    announce: async (status) => announced.get(status.run)?.(status),
    onFailure: (error) => process.stderr.write(`${error.stack}\n`),
    log: (line) => process.stdout.write(`${JSON.stringify(line)}\n`)
  })
  const runs = runsOf(loader, announced)
  const stamp = Date.now()
  try {
    const byJob = await runs.load(`prove-job-${stamp}`, table, rows, { engine: 'bulk_put' })
    const byWorkers = await runs.load(`prove-workers-${stamp}`, table, rows, { skip_unchanged: true })
    tell('bulk_put on AWS', byJob.state === 'complete', JSON.stringify(byJob))
    // What the job has written is what our own workers would write: they find all of it unchanged.
    tell('workers over it', byWorkers.rows.unchanged === byJob.rows.written, JSON.stringify(byWorkers.rows))
    if (newTable === undefined) return
    const byImport = await runs.load(`prove-import-${stamp}`, newTable, rows, { engine: 'import' })
    tell('import on AWS', byImport.state === 'complete', JSON.stringify(byImport))
    const over = await runs.load(`prove-over-import-${stamp}`, newTable, rows, { skip_unchanged: true })
    tell('workers over it', over.rows.unchanged === byImport.rows.written, JSON.stringify(over.rows))
  } finally {
    await loader.queue.close()
    client.destroy()
  }
}
