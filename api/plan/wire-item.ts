import { closeObject, comma, openObject } from '../json/ascii.ts'
import type { JsonValue } from '../json/json-value.ts'
import { valueBytes } from './item-size.ts'
import { maxItemBytes } from './limits.ts'
import { withoutNonFinite } from './non-finite.ts'
import { type ColumnTerms, columnAttribute } from './row-attributes.ts'
import { Flaw } from './row-result.ts'
import { attributeText } from './wire.ts'
import { WireMarks } from './wire-marks.ts'
import { role, type WireRecipe } from './wire-recipe.ts'
import { nullValue, WireValues } from './wire-values.ts'
import { type SharedTerms, WireWrite } from './wire-write.ts'

/** What the rows of one plan have in common. */
export interface WireTerms extends ColumnTerms, SharedTerms {
  readonly recipe: WireRecipe
  /** TTL and stamp: `,"expires":{…}`, and the bytes that DynamoDB counts for them. */
  readonly added: Buffer
  readonly addedBytes: number
}

/** One item after the other, column by column. Whatever answers false is unsure: the rules must say what becomes of the row. */
export class WireItem {
  readonly values = new WireValues()
  readonly out = this.values.out
  private readonly marks = new WireMarks()
  private terms: WireTerms | undefined
  private holder = 0
  private start = 0
  /** One object for all rows: a write takes from it what it keeps. */
  private readonly row = {
    buffer: this.out.bytes,
    start: 0,
    end: 0,
    versionStart: 0,
    versionEnd: 0,
    bytes: 0
  }

  begin(terms: WireTerms): void {
    const { out, values } = this
    this.terms = terms
    values.hasRoom = true
    values.names = terms.recipe.names
    this.holder = values.openObject()
    this.marks.clear()
    this.start = out.to
    out.size = 0
    out.put(openObject)
  }

  /** @param id the number of the column's name @returns what is to be done with it; -1 when unsure */
  rolesOf(id: number): number {
    const { recipe } = this.terms as WireTerms
    const roles = recipe.roleOf(id)
    const attribute = recipe.attributes[id] as number
    return this.values.isHeld(0, attribute, this.holder) || (roles & role.unsure) !== 0 ? -1 : roles
  }

  /** A column that is NULL. */
  putNull(id: number, roles: number): boolean {
    // Of a key, a version or an index key that is NULL the rules have more to say.
    if ((roles & ~(role.known | role.typed)) !== 0) return false
    if ((this.terms as WireTerms).options.nulls !== 'keep') return true
    this.putName(id)
    this.out.copy(nullValue)
    this.out.size += 1
    return true
  }

  putName(id: number): void {
    const { out } = this
    const { recipe } = this.terms as WireTerms
    if (out.to > this.start + 1) out.put(comma)
    out.copy(recipe.prefixes[id] as Buffer)
    out.size += recipe.nameBytes[id] as number
  }

  /** Takes note of a column that was written. @param from where its value stands @param size before its name */
  wrote(id: number, roles: number, from: number, size: number): boolean {
    if ((roles & ~(role.known | role.typed)) === 0) return true
    const { marks, out } = this
    marks.from = from
    marks.bytes = out.size - size
    return marks.note(out, (this.terms as WireTerms).recipe, id, roles)
  }

  /** A column whose value the rules make; it is printed then. */
  putByRules(id: number, roles: number, value: JsonValue): boolean {
    const { out } = this
    const terms = this.terms as WireTerms
    const sent = withoutNonFinite(value, terms.options.nonFinite)
    if (sent === undefined || sent === null) return false
    const made = columnAttribute(terms.recipe.attributeNames[id] as string, sent, terms)
    if (made === undefined || made instanceof Flaw) return false
    const { size } = out
    this.putName(id)
    const from = out.to
    out.print(attributeText(made))
    out.size += valueBytes(made)
    return this.wrote(id, roles, from, size)
  }

  /** The write of the row, once all of its columns are there. */
  end(rowNumber: number): WireWrite | undefined {
    const { out, marks, start } = this
    const terms = this.terms as WireTerms
    const { options, table, added, addedBytes } = terms
    if (!marks.areAllThere(terms)) return undefined
    const isDelete = options.mode === 'delete'
    if (!isDelete) {
      out.copy(added)
      out.size += addedBytes
    }
    out.put(closeObject)
    const bytes = isDelete ? marks.keyBytes : out.size
    if (bytes > maxItemBytes || out.isFull) return undefined
    const { row } = this
    row.buffer = out.bytes
    row.start = start
    row.end = out.to
    row.versionStart = marks.versionStart
    row.versionEnd = marks.versionEnd
    row.bytes = bytes
    return new WireWrite(rowNumber, marks.keyText(table, out.bytes), terms, row)
  }
}
