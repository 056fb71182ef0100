import type { JsonSpan } from '../json/json-span.ts'
import { parseJson } from '../json/json-text.ts'
import { scanJson } from '../json/scan-json.ts'
import { valueBytes } from './item-size.ts'
import { maxItemBytes } from './limits.ts'
import { withoutNonFinite } from './non-finite.ts'
import type { PlannedWrite } from './planned-write.ts'
import { type ColumnTerms, columnAttribute } from './row-attributes.ts'
import { Flaw } from './row-result.ts'
import { attributeText } from './wire.ts'
import { WireMarks } from './wire-marks.ts'
import { role, type WireRecipe } from './wire-recipe.ts'
import { nullValue, WireValues } from './wire-values.ts'
import { WirePut } from './wire-write.ts'

const comma = 0x2c
const closeObject = 0x7d

/** What the wire form takes for the JSON of one row, as a rule; a row that needs more is written once more. */
const usualGrowth = 3
/** `[1e37,` … is the worst: 46 bytes for 5. */
const mostGrowth = 12
const roomForSmallRows = 1024

/** What the rows of one plan have in common. */
export interface WireTerms extends ColumnTerms {
  readonly recipe: WireRecipe
  /** TTL and stamp: `,"expires":{…}`, and the bytes that DynamoDB counts for them. */
  readonly added: Buffer
  readonly addedBytes: number
  readonly lookPast: ReadonlySet<string>
}

/**
 * Reads rows from JSON straight into DynamoDB's JSON: no string and no object an attribute. Where a row is anything
 * but plain it is unsure and leaves the decision to `planRow`.
 */
export class WireRows {
  private readonly values = new WireValues()
  private readonly out = this.values.out
  private terms: WireTerms | undefined
  private readonly marks = new WireMarks()

  /**
   * @param item an object
   * @returns the write, or undefined when the general road must say what becomes of the row
   */
  plan(item: JsonSpan, rowNumber: number, terms: WireTerms): PlannedWrite | undefined {
    const { recipe, added } = terms
    const more = added.length + recipe.longer
    let write = this.attempt(item, rowNumber, terms, usualGrowth * item.length + roomForSmallRows + more)
    if (this.out.isFull) {
      this.out.to = this.out.bytes.length
      write = this.attempt(item, rowNumber, terms, mostGrowth * item.length + roomForSmallRows + more)
      if (this.out.isFull) write = undefined
    }
    if (this.values.hasRoom) return write
    recipe.clear()
    return undefined
  }

  private attempt(
    item: JsonSpan,
    rowNumber: number,
    terms: WireTerms,
    room: number
  ): PlannedWrite | undefined {
    const { out } = this
    out.reserve(room)
    out.source = item.bytes
    out.at = item.start
    out.size = 0
    this.terms = terms
    this.values.hasRoom = true
    this.values.names = terms.recipe.names
    const start = out.to
    const write = this.item(item, terms) ? this.write(start, rowNumber, terms) : undefined
    if (write === undefined && !out.isFull) out.to = start
    return write
  }

  /** The whole item, attribute by attribute. @returns false when unsure */
  private item(item: JsonSpan, terms: WireTerms): boolean {
    const { out } = this
    const { recipe, options } = terms
    const { source } = out
    this.marks.clear()
    const holder = this.values.openObject()
    const start = out.to
    out.put(0x7b)
    out.at += 1
    out.skipSpace()
    if (source[out.at] === closeObject) return false
    for (;;) {
      const id = this.values.name()
      if (id < 0) return false
      const roles = recipe.roleOf(id)
      const attribute = recipe.attributes[id] as number
      if (this.values.isHeld(0, attribute, holder) || (roles & role.unsure) !== 0) return false
      out.skipSpace()
      const isNull = source[out.at] === 0x6e && source[out.at + 1] === 0x75
      if ((roles & role.skipped) !== 0) out.at = scanJson(source, out.at, item.end)
      else if (isNull && (options.nulls !== 'keep' || roles > role.known)) {
        // Of a key, a version or an index key that is NULL the rules have more to say.
        if ((roles & ~(role.known | role.typed)) !== 0) return false
        if (options.nulls === 'keep') this.putAttribute(id, start)
        if (options.nulls === 'keep') this.values.literal(nullValue, 4)
        else out.at += 4
      } else if (!this.attribute(id, roles, start, terms)) return false
      out.skipSpace()
      const separator = source[out.at++]
      if (separator === closeObject) break
      if (separator !== comma) return false
      out.skipSpace()
    }
    if (!this.marks.areAllThere(terms)) return false
    if (options.mode !== 'delete') {
      out.copy(terms.added)
      out.size += terms.addedBytes
    }
    out.put(closeObject)
    return true
  }

  private putAttribute(id: number, start: number): void {
    const { out } = this
    const { recipe } = this.terms as WireTerms
    if (out.to > start + 1) out.put(comma)
    out.copy(recipe.prefixes[id] as Buffer)
    out.size += recipe.nameBytes[id] as number
  }

  /** One attribute with its name. */
  private attribute(id: number, roles: number, start: number, terms: WireTerms): boolean {
    const { out } = this
    const sizeBefore = out.size
    if ((roles & role.typed) !== 0) return this.typed(id, roles, start, terms)
    this.putAttribute(id, start)
    const from = out.to
    if (!this.values.value(0)) return false
    return (
      roles === role.known ||
      this.marks.note(out, terms.recipe, { id, roles, from, bytes: out.size - sizeBefore })
    )
  }

  /** A column of a type of its own: the rules make its value, which is printed then. */
  private typed(id: number, roles: number, start: number, terms: WireTerms): boolean {
    const { out } = this
    const { recipe, options } = terms
    const end = scanJson(out.source, out.at, out.source.length)
    const sent = withoutNonFinite(parseJson(out.source.toString('utf8', out.at, end)), options.nonFinite)
    if (sent === undefined || sent === null) return false
    const made = columnAttribute(recipe.attributeNames[id] as string, sent, terms)
    if (made === undefined || made instanceof Flaw) return false
    const sizeBefore = out.size
    this.putAttribute(id, start)
    const from = out.to
    const text = attributeText(made)
    const bytes = Buffer.byteLength(text)
    if (out.bytes.length - out.to >= bytes) out.bytes.write(text, out.to)
    out.to += bytes
    out.at = end
    out.size += valueBytes(made)
    return (
      roles === (role.known | role.typed) ||
      this.marks.note(out, recipe, { id, roles, from, bytes: out.size - sizeBefore })
    )
  }

  private write(start: number, rowNumber: number, terms: WireTerms): PlannedWrite | undefined {
    const { out } = this
    const { options, table, lookPast } = terms
    const isDelete = options.mode === 'delete'
    const bytes = isDelete ? this.marks.keyBytes : out.size
    if (bytes > maxItemBytes || out.isFull) return undefined
    return {
      key: this.marks.key(table, out.bytes),
      action: isDelete ? deletion : new WirePut(out.bytes, start, out.to),
      rows: [{ rowNumber, done: isDelete ? 'deleted' : 'written' }],
      version: this.marks.version(options.version, out.bytes),
      condition: options.condition,
      skipUnchanged: options.skipUnchanged,
      lookPast,
      bytes
    }
  }
}

const deletion = { kind: 'delete' } as const
