import { fileURLToPath } from 'node:url'
import { DuckDBInstance } from '@duckdb/node-api'

/** As many as the worked example pushes. */
const rows = 20_000
const all = fileURLToPath(
  new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url)
)

/** Writes the rows of the worked example, the first of 3 million, as a Parquet file of their own. */
export const writeFlights = async (file: string): Promise<void> => {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' })
  const connection = await instance.connect()
  await connection.run(
    `COPY (SELECT * FROM read_parquet('${all}') LIMIT ${rows}) TO '${file}' (FORMAT parquet, COMPRESSION zstd)`
  )
  connection.closeSync()
  instance.closeSync()
}
