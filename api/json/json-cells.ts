import { JsonNumber, JsonObject, type JsonValue } from './json-value.ts'

/** The columns of a chunk: one object for all of its rows, so that what follows from them is found once. */
export interface JsonColumns {
  readonly names: readonly string[]
}

/** A cell counts as so many characters at least. */
const cellChars = 8

/** A row of a chunk that has columns: its values side by side, an object only when somebody asks for one. */
export class JsonCells {
  readonly columns: JsonColumns
  /** One for each column. */
  readonly cells: readonly JsonValue[]
  /** Texts are UTF-8 bytes, a character each, as `latin1` reads them. */
  readonly areBytes: boolean
  /** About how many characters it has. */
  readonly length: number

  constructor(columns: JsonColumns, cells: readonly JsonValue[], areBytes: boolean) {
    this.columns = columns
    this.cells = cells
    this.areBytes = areBytes
    let length = 0
    for (let n = 0; n < cells.length; n += 1) length += cellChars + charsOf(cells[n] as JsonValue)
    this.length = length
  }

  isObject(): boolean {
    return true
  }

  cell(n: number): JsonValue {
    const cell = this.cells[n] ?? null
    return this.areBytes && typeof cell === 'string' ? Buffer.from(cell, 'latin1').toString('utf8') : cell
  }

  /** The row as an object; a name that stands twice among the columns is noted on it. */
  value(): JsonObject {
    const object = new JsonObject()
    const { names } = this.columns
    for (let n = 0; n < names.length; n += 1) object.add(names[n] ?? '', this.cell(n))
    return object
  }
}

const charsOf = (cell: JsonValue): number => {
  if (typeof cell === 'string') return cell.length
  return cell instanceof JsonNumber ? cell.text.length : roughChars(cell)
}

/** Recursion goes no deeper than what a chunk's format nests. */
export const roughChars = (value: JsonValue): number => {
  if (typeof value === 'string') return value.length
  if (value instanceof JsonNumber) return value.text.length
  let chars = cellChars
  if (value instanceof JsonObject)
    for (const [name, member] of value) chars += name.length + roughChars(member)
  else if (Array.isArray(value)) for (const member of value) chars += roughChars(member)
  else if (value !== null && typeof value === 'object' && 'bytes' in value) chars += value.bytes.byteLength
  return chars
}
