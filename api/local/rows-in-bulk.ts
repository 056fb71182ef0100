import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import type { ManifestFile } from '../decode/manifest.ts'
import { parseJson } from '../json/json-text.ts'
import { JsonObject } from '../json/json-value.ts'
import { unloadKey } from '../load/run-paths.ts'
import { requestRun } from '../load/start-load.ts'
import { readConfig } from '../runtime/config.ts'
import { type LocalBulk, openBulk } from './open-bulk.ts'
import type { LoadRows, SetAside } from './syncs/sync-world.ts'
import { variantText } from './worksheet/variant.ts'

const mostRejectedBytes = 1024 ** 3

/** Rows of `rejected/<run>/`, with the item as the worksheet writes it. */
const readSetAside = async ({ deps }: LocalBulk, run: string): Promise<readonly SetAside[]> => {
  const rows: SetAside[] = []
  for await (const { key } of deps.store.list(`rejected/${run}/`)) {
    if (key.includes('/.parts/')) continue
    const object = await deps.store.read(key, mostRejectedBytes)
    const lines = object === undefined ? '' : gunzipSync(object.content).toString('utf8')
    for (const line of lines.split('\n').filter(Boolean)) {
      const row = parseJson(line)
      if (!(row instanceof JsonObject)) continue
      rows.push({
        item: variantText(row.get('row') ?? null),
        code: String(row.get('code')),
        message: String(row.get('message'))
      })
    }
  }
  return rows
}

/**
 * Rows by the bulk path, as COPY INTO and `start_dynamo_load` send them: chunks into a bucket, the manifest last, then
 * the loader of `npm run load`. The bucket is a folder that goes when the load has ended.
 *
 * @param env the environment, with the `DYNAMODB_ENDPOINT` that holds table and ledger
 */
export const rowsInBulk =
  (env: Readonly<Record<string, string | undefined>>): LoadRows =>
  async ({ run, table, options, pages }) => {
    const folder = await mkdtemp(join(tmpdir(), 'push-to-dynamo-sync-'))
    const bulk = await openBulk({ config: readConfig(env), folder })
    try {
      const files: ManifestFile[] = []
      for await (const page of pages) {
        const name = `data_0_${files.length}_0.ndjson.gz`
        await bulk.deps.store.write(unloadKey(run, name), gzipSync(page.join('\n')))
        files.push({ name, rows: page.length })
      }
      const given = parseJson(options)
      const manifest = {
        run,
        table,
        options: given instanceof JsonObject ? given : null,
        queryId: undefined,
        files
      }
      const begun = await requestRun(bulk.deps, manifest, new AbortController().signal)
      const status = begun.state === 'failed' ? begun : await bulk.ended(run)
      return {
        state: status.state === 'complete' ? 'complete' : 'failed',
        rows: status.rows,
        writeUnits: status.write_units,
        seconds: status.seconds,
        errors: status.errors,
        setAside: await readSetAside(bulk, run)
      }
    } finally {
      await bulk.close()
      await rm(folder, { recursive: true, force: true })
    }
  }
