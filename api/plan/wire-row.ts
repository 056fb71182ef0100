import { closeObject, comma, openObject } from '../json/ascii.ts'
import { JsonCells } from '../json/json-cells.ts'
import type { JsonSpan } from '../json/json-span.ts'
import { parseJson } from '../json/json-text.ts'
import { JsonNumber } from '../json/json-value.ts'
import { maxRowTextBytes } from '../json/long-text.ts'
import { afterWord, scanJson } from '../json/scan-json.ts'
import { WireItem, type WireTerms } from './wire-item.ts'
import { writeNumber } from './wire-number.ts'
import { role } from './wire-recipe.ts'
import { writeCell } from './wire-text.ts'
import type { WireWrite } from './wire-write.ts'

/** What the wire form takes for the text of one row, as a rule; a row that needs more is written once more. */
const usualGrowth = 3
/** `[1e37,` … is the worst: 46 bytes for 5. */
const mostGrowth = 12
const roomForSmallRows = 1024
/** The same for an item of unknown length; a longer one is looked at first, unless `roomFor` was told of it. */
const roomForTaken = 16 * 1024

/**
 * Reads rows straight into DynamoDB's JSON, out of JSON or out of the cells of a chunk: no object an attribute. Where a
 * row is anything but plain it is unsure and leaves the decision to `planRow`.
 */
export class WireRows {
  /** Where the item ends that `take` has read. */
  readTo = 0
  private readonly item = new WireItem()
  private readonly digits = Buffer.alloc(512)

  /**
   * @param item an object
   * @returns the write, or undefined when the general road must say what becomes of the row
   */
  plan(item: JsonSpan | JsonCells, rowNumber: number, terms: WireTerms): WireWrite | undefined {
    const { out, values } = this.item
    const { recipe, added } = terms
    const room = roomForSmallRows + added.length + recipe.longer
    let write = this.attempt(item, rowNumber, terms, usualGrowth * item.length + room)
    if (out.isFull) {
      out.to = out.bytes.length
      write = this.attempt(item, rowNumber, terms, mostGrowth * item.length + room)
      if (out.isFull) return undefined
    }
    if (values.hasRoom) return write
    recipe.clear()
    return undefined
  }

  /** Makes room for the text of an item before `take`, where its length is known: long ones are long strings, as a rule. */
  roomFor(length: number): void {
    if (length > roomForTaken / 2) this.item.out.reserve(length + (length >> 2) + roomForTaken)
  }

  /**
   * Reads an item that nobody has looked at yet, nor is known to be JSON; `readTo` tells where it ended.
   *
   * @param start where it begins, without white space before it
   * @returns the write, or undefined: it must be looked at by `scanJson`, and by the general road
   */
  take(bytes: Buffer, start: number, rowNumber: number, terms: WireTerms): WireWrite | undefined {
    const { item } = this
    const { out, values } = item
    if (bytes[start] !== openObject) return undefined
    out.reserve(roomForTaken + terms.added.length + terms.recipe.longer)
    const before = out.to
    item.begin(terms)
    const mostEnd = Math.min(bytes.length, start + maxRowTextBytes)
    // White space is not seen to end there.
    const isSure = this.members(bytes, start, mostEnd, terms) && out.at <= mostEnd
    const write = isSure ? item.end(rowNumber) : undefined
    this.readTo = out.at
    if (out.isFull) out.to = out.bytes.length
    else if (write === undefined) out.to = before
    if (!values.hasRoom) terms.recipe.clear()
    return values.hasRoom ? write : undefined
  }

  private attempt(
    item: JsonSpan | JsonCells,
    rowNumber: number,
    terms: WireTerms,
    room: number
  ): WireWrite | undefined {
    const { out } = this.item
    out.reserve(room)
    const start = out.to
    this.item.begin(terms)
    const isSure =
      item instanceof JsonCells
        ? this.cells(item, terms)
        : this.members(item.bytes, item.start, item.end, terms)
    const write = isSure ? this.item.end(rowNumber) : undefined
    if (write === undefined && !out.isFull) out.to = start
    return write
  }

  /** The members of an object of JSON. @returns false when unsure */
  private members(source: Buffer, start: number, end: number, { options }: WireTerms): boolean {
    const { item } = this
    const { out, values } = item
    out.source = source
    out.at = start + 1
    out.skipSpace()
    if (source[out.at] === closeObject) return false
    let id = -1
    for (;;) {
      id = values.name(id, -1)
      const roles = id < 0 ? -1 : item.rolesOf(id)
      if (roles < 0) return false
      out.skipSpace()
      const isNull = source[out.at] === 0x6e && source[out.at + 1] === 0x75
      if ((roles & role.skipped) !== 0) {
        out.at = scanJson(source, out.at, end)
        if (out.at < 0) return false
      } else if (isNull && (options.nulls !== 'keep' || roles > role.known)) {
        out.at = afterWord(source, out.at, end, 'null')
        if (out.at < 0 || !item.putNull(id, roles)) return false
      } else if ((roles & role.typed) !== 0) {
        const after = scanJson(source, out.at, end)
        if (after < 0) return false
        if (!item.putByRules(id, roles, parseJson(source.toString('utf8', out.at, after)))) return false
        out.at = after
      } else {
        const { size } = out
        item.putName(id)
        const from = out.to
        if (!values.value(0) || !item.wrote(id, roles, from, size)) return false
      }
      out.skipSpace()
      const separator = source[out.at++]
      if (separator === closeObject) return true
      if (separator !== comma) return false
      out.skipSpace()
    }
  }

  /** The cells of a row that has columns. @returns false when unsure */
  private cells(row: JsonCells, { recipe }: WireTerms): boolean {
    const { item } = this
    const ids = recipe.columnIds(row.columns)
    if (ids === undefined) return false
    for (let n = 0; n < ids.length; n += 1) {
      const id = ids[n] as number
      const roles = item.rolesOf(id)
      if (roles < 0) return false
      if ((roles & role.skipped) !== 0) continue
      if (row.cells[n] === null) {
        if (!item.putNull(id, roles)) return false
      } else if (!this.cell(row, n, id, roles)) return false
    }
    return true
  }

  private cell(row: JsonCells, n: number, id: number, roles: number): boolean {
    const { item } = this
    const { out } = item
    const value = row.cells[n]
    const isText = typeof value === 'string'
    const isPlain = isText || (value instanceof JsonNumber && value.text.length < this.digits.length)
    if (!isPlain || (roles & role.typed) !== 0) return item.putByRules(id, roles, row.cell(n))
    const { size } = out
    item.putName(id)
    const from = out.to
    const isSure = isText ? writeCell(out, value, row.areBytes) : this.number(value.text)
    return isSure && item.wrote(id, roles, from, size)
  }

  private number(text: string): boolean {
    const { out } = this.item
    const { digits } = this
    digits[digits.write(text, 'latin1')] = comma
    out.source = digits
    out.at = 0
    return writeNumber(out)
  }
}
