import type { SchemaTree } from 'hyparquet'
import { assembleLists } from 'hyparquet/src/assemble.js'
import {
  kept,
  levelsOf,
  objectBytes,
  openedPages,
  type PackedColumn,
  type RowRange
} from './parquet-column.ts'
import type { Room } from './parquet-room.ts'
import type { Assembled } from './parquet-value.ts'

/** Values of a leaf under lists and records, nested as the schema has it: one entry for each of the rows. */
export const nestedValues = (column: PackedColumn, { from, to }: RowRange, room: Room): Assembled[] => {
  const { mostRepetition, mostDefinition } = levelsOf(column)
  let rows: Assembled[] = []
  let row = -1
  for (const { page, values } of openedPages(column, () => true)) {
    const open = page()
    if (open === undefined) continue
    const { repetition } = open
    // Entries of the rows that are wanted, and the values among them.
    let [first, last, firstValue, lastValue] = [-1, values, 0, 0]
    for (let n = 0; n < values; n += 1) {
      if (repetition === undefined || repetition[n] === 0) row += 1
      if (row >= to) {
        last = n
        break
      }
      const isValue = open.definition === undefined || open.definition[n] === mostDefinition
      if (row < from) firstValue += isValue ? 1 : 0
      else if (first < 0) first = n
      if (isValue) lastValue += 1
    }
    if (first >= 0) {
      const wanted: Assembled[] = []
      for (let n = firstValue; n < lastValue; n += 1)
        wanted.push(kept(open.values.at(open.places === undefined ? n : (open.places[n] ?? 0)), room))
      room.take((last - first) * objectBytes)
      rows = nested(rows, {
        definition: mostDefinition === 0 ? undefined : levels(open.definition, first, last, mostDefinition),
        repetition: mostRepetition === 0 ? undefined : levels(repetition, first, last, 0),
        wanted,
        schemaPath: column.schemaPath
      })
    }
    if (row >= to) break
  }
  return rows
}

const levels = (known: Uint8Array | undefined, first: number, last: number, level: number): Uint8Array =>
  known === undefined ? new Uint8Array(last - first).fill(level) : known.subarray(first, last)

interface NestedPage {
  readonly definition: Uint8Array | undefined
  readonly repetition: Uint8Array | undefined
  readonly wanted: readonly Assembled[]
  readonly schemaPath: readonly SchemaTree[]
}

const nested = (
  rows: Assembled[],
  { definition, repetition, wanted, schemaPath }: NestedPage
): Assembled[] => {
  const all = assembleLists(
    rows,
    definition as unknown as number[] | undefined,
    (repetition ?? []) as unknown as number[],
    wanted as Assembled[],
    schemaPath as SchemaTree[]
  ) as Assembled[]
  // Where nothing can be NULL or repeated, it hands the values themselves back.
  if (all !== wanted) return all
  for (const value of wanted) rows.push(value)
  return rows
}
