import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import type { ManifestFile } from '../decode/manifest.ts'
import { parseJson } from '../json/json-text.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { unloadKey } from '../load/run-paths.ts'
import type { RunStatus } from '../load/run-status.ts'
import { requestRun } from '../load/start-load.ts'
import { readConfig } from '../runtime/config.ts'
import { openBulk } from './open-bulk.ts'
import { readTableSpec } from './table-spec.ts'
import type { Worksheet } from './worksheet/worksheet.ts'

const run = 'example'
const rowsPerChunk = 3_000

/**
 * Unloads a query of one OBJECT column as COPY INTO would, chunks first and the manifest last, and loads the run
 * into a DynamoDB of its own.
 *
 * @returns the run's final status
 */
export const loadInBulk = async (worksheet: Worksheet, query: string): Promise<RunStatus> => {
  const items: string[] = []
  await worksheet.run(query, {
    onResult: ({ rows }) => {
      for (const [item] of rows) items.push(toJsonText(parseJson(item ?? '{}')))
    }
  })

  const folder = await mkdtemp(join(tmpdir(), 'push-to-dynamo-example-'))
  const bulk = await openBulk({ config: readConfig({}), folder, tables: [readTableSpec('flights=id:S')] })
  try {
    const files: ManifestFile[] = []
    for (let first = 0; first < items.length; first += rowsPerChunk) {
      const rows = items.slice(first, first + rowsPerChunk)
      const name = `data_0_${files.length}_0.ndjson.gz`
      await bulk.deps.store.write(unloadKey(run, name), gzipSync(rows.join('\n')))
      files.push({ name, rows: rows.length })
    }
    const manifest = { run, table: 'flights', options: null, queryId: undefined, files }
    await requestRun(bulk.deps, manifest, new AbortController().signal)
    return await bulk.ended(run)
  } finally {
    await bulk.close()
    await rm(folder, { recursive: true, force: true })
  }
}
