import { randomUUID } from 'node:crypto'
import { setTimeout as wait } from 'node:timers/promises'
import { gzipSync } from 'node:zlib'
import { parseJson } from '../json/json-text.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { unloadKey } from '../load/run-paths.ts'
import type { RunStatus } from '../load/run-status.ts'
import { folderStore } from './folder-store.ts'
import type { ConnectedWorksheet } from './open-worksheet.ts'
import { quoteText } from './worksheet/identifiers.ts'
import type { Worksheet } from './worksheet/worksheet.ts'

const rowsPerChunk = 3_000

/** Nobody waits longer for a run of some thousand rows. */
const mostMs = 60_000

/** The first cell of a statement's only row. */
const firstCell = async (worksheet: Worksheet, sql: string): Promise<string> => {
  let value: string | null | undefined
  await worksheet.run(sql, {
    onResult: ({ rows }) => {
      value = rows[0]?.[0]
    }
  })
  return value ?? ''
}

/** Follows a run by SQL, as a person would. @throws Error when it does not end in time */
const endOf = async (worksheet: Worksheet, run: string): Promise<RunStatus> => {
  const lastMs = performance.now() + mostMs
  for (;;) {
    const text = await firstCell(worksheet, `select dynamo_load_status(${quoteText(run)})`)
    const status = JSON.parse(text) as RunStatus
    if (status.state !== 'running') return status
    if (performance.now() > lastMs) throw new Error(`the run ${run} has not ended in ${mostMs / 1000} s`)
    await wait(100)
  }
}

/**
 * Unloads a query of one OBJECT column into the bucket behind the worksheet, as COPY INTO would, and loads the run.
 *
 * @returns the run's final status
 */
export const loadInBulk = async (
  { worksheet, service }: ConnectedWorksheet,
  table: string,
  query: string
): Promise<RunStatus> => {
  const items: string[] = []
  await worksheet.run(query, {
    onResult: ({ rows }) => {
      for (const [item] of rows) items.push(toJsonText(parseJson(item ?? '{}')))
    }
  })
  const store = folderStore((await service()).bucket)
  const run = `example-${randomUUID()}`
  const files: { readonly name: string; readonly rows: number }[] = []
  for (let first = 0; first < items.length; first += rowsPerChunk) {
    const rows = items.slice(first, first + rowsPerChunk)
    const name = `data_0_${files.length}_0.ndjson.gz`
    await store.write(unloadKey(run, name), gzipSync(rows.join('\n')))
    files.push({ name, rows: rows.length })
  }
  const manifest = quoteText(JSON.stringify({ version: 1, run, table, files }))
  await firstCell(worksheet, `select start_dynamo_load(${quoteText(table)}, parse_json(${manifest}))`)
  return endOf(worksheet, run)
}
