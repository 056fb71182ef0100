import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** The bytes of a file that DuckDB's COPY writes of a query. @param how e.g. `format parquet, compression zstd` */
export const duckdbCopy = async (query: string, how = 'format parquet'): Promise<Buffer> => {
  const folder = mkdtempSync(join(tmpdir(), 'duckdb-copy-'))
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  try {
    await connection.run(`copy (${query}) to '${join(folder, 'chunk')}' (${how})`)
    return readFileSync(join(folder, 'chunk'))
  } finally {
    connection.disconnectSync()
    instance.closeSync()
    rmSync(folder, { recursive: true })
  }
}
