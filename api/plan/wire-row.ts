import { closeObject, comma } from '../json/ascii.ts'
import { JsonCells } from '../json/json-cells.ts'
import type { JsonSpan } from '../json/json-span.ts'
import { parseJson } from '../json/json-text.ts'
import { JsonNumber } from '../json/json-value.ts'
import { scanJson } from '../json/scan-json.ts'
import type { PlannedWrite } from './planned-write.ts'
import { WireItem, type WireTerms } from './wire-item.ts'
import { writeNumber } from './wire-number.ts'
import { role } from './wire-recipe.ts'
import { writeCell } from './wire-text.ts'

/** What the wire form takes for the text of one row, as a rule; a row that needs more is written once more. */
const usualGrowth = 3
/** `[1e37,` … is the worst: 46 bytes for 5. */
const mostGrowth = 12
const roomForSmallRows = 1024

/**
 * Reads rows straight into DynamoDB's JSON, out of JSON or out of the cells of a chunk: no object an attribute. Where a
 * row is anything but plain it is unsure and leaves the decision to `planRow`.
 */
export class WireRows {
  private readonly item = new WireItem()
  private readonly digits = Buffer.alloc(512)

  /**
   * @param item an object
   * @returns the write, or undefined when the general road must say what becomes of the row
   */
  plan(item: JsonSpan | JsonCells, rowNumber: number, terms: WireTerms): PlannedWrite | undefined {
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

  private attempt(
    item: JsonSpan | JsonCells,
    rowNumber: number,
    terms: WireTerms,
    room: number
  ): PlannedWrite | undefined {
    const { out } = this.item
    out.reserve(room)
    const start = out.to
    this.item.begin(terms)
    const isSure = item instanceof JsonCells ? this.cells(item, terms) : this.members(item, terms)
    const write = isSure ? this.item.end(rowNumber) : undefined
    if (write === undefined && !out.isFull) out.to = start
    return write
  }

  /** The members of an object of JSON. @returns false when unsure */
  private members(span: JsonSpan, { options }: WireTerms): boolean {
    const { item } = this
    const { out, values } = item
    const source = span.bytes
    out.source = source
    out.at = span.start + 1
    out.skipSpace()
    if (source[out.at] === closeObject) return false
    let id = -1
    for (;;) {
      id = values.name(id, -1)
      const roles = id < 0 ? -1 : item.rolesOf(id)
      if (roles < 0) return false
      out.skipSpace()
      const isNull = source[out.at] === 0x6e && source[out.at + 1] === 0x75
      if ((roles & role.skipped) !== 0) out.at = scanJson(source, out.at, span.end)
      else if (isNull && (options.nulls !== 'keep' || roles > role.known)) {
        if (!item.putNull(id, roles)) return false
        out.at += 4
      } else if ((roles & role.typed) !== 0) {
        const end = scanJson(source, out.at, span.end)
        if (!item.putByRules(id, roles, parseJson(source.toString('utf8', out.at, end)))) return false
        out.at = end
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
