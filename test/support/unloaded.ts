import { gzipSync } from 'node:zlib'

/** A chunk as COPY unloads it: rows `row-<from>` up to `row-<to>` (not included), then lines as they are given. */
export const chunk = (from: number, to: number, bad: readonly string[] = []) =>
  gzipSync(
    [...Array.from({ length: to - from }, (_, n) => JSON.stringify({ id: `row-${from + n}`, n })), ...bad]
      .map((line) => `${line}\n`)
      .join('')
  )

/** The manifest of a run into `orders`. */
export const manifestOf = (run: string, files: ReadonlyArray<{ name: string; rows: number }>): string =>
  JSON.stringify({ version: 1, run, table: 'orders', options: null, query_id: 'q', files })
