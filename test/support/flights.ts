import { join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'

/** 3,000,000 real flights of 2001, from the npm package `vega-datasets`. */
const source = new URL('../../node_modules/vega-datasets/data/flights-3m.parquet', import.meta.url).pathname

export type FlightFormat = 'ndjson.gz' | 'csv.gz' | 'parquet'

const formats: Readonly<Record<FlightFormat, string>> = {
  'ndjson.gz': 'FORMAT JSON, COMPRESSION GZIP',
  'csv.gz': 'FORMAT CSV, HEADER, COMPRESSION GZIP',
  parquet: 'FORMAT PARQUET, COMPRESSION SNAPPY, ROW_GROUP_SIZE 100000'
}

export interface UnloadedFlights {
  /** Files below the folder, with their rows. */
  readonly chunks: ReadonlyArray<{ readonly name: string; readonly rows: number }>
  /** Column names of the rows; `id` is a number of its own for every row, as text. */
  readonly columns: readonly string[]
}

/** Unloads flights into chunks as COPY INTO would, with an `id`. */
export const unloadFlights = async (
  folder: string,
  format: FlightFormat,
  rows: number,
  rowsPerChunk: number
): Promise<UnloadedFlights> => {
  const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect()
  try {
    await connection.run(
      `CREATE TEMP TABLE flights AS SELECT 'F' || lpad((row_number() OVER ())::VARCHAR, 8, '0') AS id, * FROM '${source}' LIMIT ${rows}`
    )
    const chunks: Array<{ name: string; rows: number }> = []
    for (let from = 0, n = 0; from < rows; from += rowsPerChunk, n += 1) {
      const name = `data_0_${n}_0.${format}`
      chunks.push({ name, rows: Math.min(rowsPerChunk, rows - from) })
      const path = join(folder, name)
      await connection.run(
        `COPY (SELECT * FROM flights LIMIT ${rowsPerChunk} OFFSET ${from}) TO '${path}' (${formats[format]})`
      )
    }
    const described = await connection.runAndReadAll('DESCRIBE flights')
    return {
      chunks,
      columns: described.getRows().map(([name]) => String(name))
    }
  } finally {
    connection.closeSync()
  }
}
