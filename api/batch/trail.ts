import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Key } from '../plan/key.ts'
import type { RowResult } from '../plan/row-result.ts'

/** Rows with option `trail` by row number, each with its key, where it has one. */
export type Trail = Map<number, Key | undefined>

/** Where rows come from, in the words of the audit. */
export interface TrailOrigin {
  readonly table?: string | undefined
  readonly query_id?: string | undefined
  readonly user?: string | undefined
  readonly batch?: string | undefined
  readonly run?: string
  readonly chunk?: string
}

/**
 * Lines of the audit for rows with option `trail`: key and status, and nothing else of the row. A row that has no answer
 * yet has no line: whoever answers it writes it.
 */
export const trailLines = (
  trail: ReadonlyMap<number, Key | undefined>,
  results: ReadonlyMap<number, RowResult>,
  origin: TrailOrigin,
  atMs: number
): string => {
  const from = JSON.stringify({ event: 'row', ...origin, at: new Date(atMs).toISOString() }).slice(0, -1)
  let lines = ''
  for (const [row, key] of trail) {
    const status = results.get(row)?.status
    if (status !== undefined) lines += `${from},"row":${row},"key":${keyText(key)},"status":"${status}"}\n`
  }
  return lines
}

/** The key as JSON, with all digits; binary as base64. */
const keyText = (key: Key | undefined): string =>
  key === undefined
    ? 'null'
    : `{${[...key.attributes].map(([name, value]) => `${JSON.stringify(name)}:${valueText(value)}`).join()}}`

const valueText = ({ S, N, B }: AttributeValue): string =>
  N ?? JSON.stringify(S ?? Buffer.from(B ?? []).toString('base64'))
