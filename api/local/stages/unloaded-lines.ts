import { familyOf } from '../worksheet/duck-type.ts'
import type { Column } from '../worksheet/scope.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import type { UnloadOptions } from './unload-options.ts'

/** How rows become lines of a file. */
export interface LineWriter {
  /** What stands before the first row. */
  readonly head: string
  readonly lineOf: (row: readonly (string | null)[]) => string
}

const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`

/** Lines of JSON, one VARIANT each, or of CSV: texts in quotes, NULL as \N, as Snowflake writes them unless told. */
export const lineWriter = (columns: readonly Column[], { format, hasHeader }: UnloadOptions): LineWriter => {
  const [column, more] = columns
  if (format.type === 'JSON') {
    if (column === undefined || more !== undefined || familyOf(column.type) !== 'variant')
      throw compilationError(
        'JSON file format can only be used with a single column of type VARIANT, OBJECT or ARRAY.'
      )
    return { head: '', lineOf: ([line]) => line ?? 'null' }
  }
  const isText = columns.map(({ type }) => familyOf(type) === 'text')
  const other = columns.find(({ type }) => !['text', 'number', 'boolean'].includes(familyOf(type)))
  if (other) throw notSupported(`COPY INTO CSV of a column of type ${other.type} (cast it to VARCHAR)`)
  return {
    head: hasHeader ? `${columns.map(({ name }) => quoted(name)).join(',')}\n` : '',
    lineOf: (row) => row.map((cell, n) => (cell === null ? '\\N' : isText[n] ? quoted(cell) : cell)).join(',')
  }
}
