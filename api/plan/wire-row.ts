import type { JsonSpan } from '../json/json-span.ts'
import { parseJson } from '../json/json-text.ts'
import { scanJson } from '../json/scan-json.ts'
import { containerBytes, memberBytes, valueBytes } from './item-size.ts'
import { maxItemBytes, maxNestingLevels } from './limits.ts'
import { withoutNonFinite } from './non-finite.ts'
import type { PlannedWrite, VersionGuard } from './planned-write.ts'
import { type ColumnTerms, columnAttribute } from './row-attributes.ts'
import { Flaw } from './row-result.ts'
import { attributeText, parseAttribute } from './wire.ts'
import { mostNames } from './wire-names.ts'
import { WireOut } from './wire-out.ts'
import { role, type WireRecipe } from './wire-recipe.ts'
import { WireKey, WirePut } from './wire-write.ts'

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const closeArray = 0x5d
const closeObject = 0x7d

const nullValue = Buffer.from('{"NULL":true}')
const trueValue = Buffer.from('{"BOOL":true}')
const falseValue = Buffer.from('{"BOOL":false}')
const listStart = Buffer.from('{"L":[')
const listEnd = Buffer.from(']}')
const mapStart = Buffer.from('{"M":{')
const mapEnd = Buffer.from('}}')

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
  private readonly out = new WireOut()
  private terms: WireTerms | undefined
  /** Which object held a name last, by its depth and the name's number: names of open objects are told apart. */
  private readonly holders = new Int32Array(mostNames * maxNestingLevels)
  private objects = 0
  private hasRoom = true
  /** Where the values of the key attributes stand, in the order of the table. */
  private readonly keySpans = new Int32Array(4)
  private versionStart = 0
  private versionEnd = 0
  private keyBytes = 0

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
    if (this.hasRoom) return write
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
    this.hasRoom = true
    const start = out.to
    const write = this.item(item, terms) ? this.write(start, rowNumber, terms) : undefined
    if (write === undefined && !out.isFull) out.to = start
    return write
  }

  /** The whole item, attribute by attribute. @returns false when unsure */
  private item(item: JsonSpan, terms: WireTerms): boolean {
    const { out } = this
    const { recipe, options, table } = terms
    const { source } = out
    this.keySpans.fill(-1)
    this.versionStart = -1
    this.keyBytes = 0
    const holder = ++this.objects
    const start = out.to
    out.put(0x7b)
    out.at += 1
    out.skipSpace()
    if (source[out.at] === closeObject) return false
    for (;;) {
      const id = this.name()
      if (id < 0) return false
      const roles = recipe.roleOf(id)
      const attribute = recipe.attributes[id] as number
      if (this.isHeld(0, attribute, holder) || (roles & role.unsure) !== 0) return false
      out.skipSpace()
      const isNull = source[out.at] === 0x6e && source[out.at + 1] === 0x75
      if ((roles & role.skipped) !== 0) out.at = scanJson(source, out.at, item.end)
      else if (isNull && (options.nulls !== 'keep' || roles > role.known)) {
        // Of a key, a version or an index key that is NULL the rules have more to say.
        if ((roles & ~(role.known | role.typed)) !== 0) return false
        if (options.nulls === 'keep') this.putAttribute(id, start)
        if (options.nulls === 'keep') this.literal(nullValue, 4)
        else out.at += 4
      } else if (!this.attribute(id, roles, start, terms)) return false
      out.skipSpace()
      const separator = source[out.at++]
      if (separator === closeObject) break
      if (separator !== comma) return false
      out.skipSpace()
    }
    if (table.keys.some((_, n) => this.keySpans[2 * n] === -1)) return false
    if (options.version !== undefined && this.versionStart === -1) return false
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
    if (!this.value(0)) return false
    return roles === role.known || this.noted(id, roles, from, out.size - sizeBefore)
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
    return roles === (role.known | role.typed) || this.noted(id, roles, from, out.size - sizeBefore)
  }

  /** Keys, version and index keys must fit; where they stand is noted. */
  private noted(id: number, roles: number, from: number, bytes: number): boolean {
    const { out } = this
    const { recipe, table } = this.terms as WireTerms
    const name = recipe.attributeNames[id] as string
    if (out.isFull) return false
    if ((roles & (role.key | role.indexKey)) !== 0) {
      const at = table.keys.findIndex((key) => key.name === name)
      const wanted =
        at < 0 ? table.indexKeys.filter((key) => key.name === name) : table.keys.slice(at, at + 1)
      const type = wanted[0]?.type ?? 'S'
      if (out.bytes[from + 2] !== type.charCodeAt(0) || out.bytes[from + 3] !== quote) return false
      const length = bytes - (recipe.nameBytes[id] as number)
      for (const { type: other, maxBytes } of wanted)
        if (other !== type || (type !== 'N' && (length < 1 || length > maxBytes))) return false
      if (at >= 0) {
        this.keySpans[2 * at] = from
        this.keySpans[2 * at + 1] = out.to
        this.keyBytes += bytes
      }
    }
    if ((roles & role.version) === 0) return true
    // Text, a number or bytes: `{"S":`, and not `{"BOOL":`.
    const isScalar =
      out.bytes[from + 3] === quote && out.bytes[from + 2] !== 0x4c && out.bytes[from + 2] !== 0x4d
    this.versionStart = from
    this.versionEnd = out.to
    return isScalar
  }

  /** The name at hand and its colon. @returns its number, or -1: an escape in it, too long, or too many names */
  private name(): number {
    const { out } = this
    const { source } = out
    const { recipe } = this.terms as WireTerms
    const start = out.at + 1
    let at = start
    let hash = 0
    for (;;) {
      const byte = source[at] as number
      if (byte === quote) break
      if (byte === backslash) return -1
      hash = Math.imul(hash, 31) + byte
      at += 1
    }
    const id = recipe.names.idOf(source, start, at, hash | 0)
    if (id < 0) this.hasRoom = false
    out.at = at + 1
    out.skipSpace()
    out.at += 1
    return id
  }

  /** Whether the object holds the name already; from now on it does. */
  private isHeld(depth: number, name: number, holder: number): boolean {
    const place = depth * mostNames + name
    if (this.holders[place] === holder) return true
    this.holders[place] = holder
    return false
  }

  private literal(value: Uint8Array, length: number): boolean {
    this.out.copy(value)
    this.out.size += 1
    this.out.at += length
    return true
  }

  /** @param level arrays and objects around the value, the item not counted @returns false when unsure */
  private value(level: number): boolean {
    const { out } = this
    switch (out.source[out.at]) {
      case quote:
        return out.text()
      case 0x7b:
        return level < maxNestingLevels - 1 && this.map(level + 1)
      case 0x5b:
        return level < maxNestingLevels - 1 && this.list(level + 1)
      case 0x74:
        return this.literal(trueValue, 4)
      case 0x66:
        return this.literal(falseValue, 5)
      case 0x6e:
        return out.source[out.at + 1] === 0x75 && this.literal(nullValue, 4)
      default:
        return out.number()
    }
  }

  private list(level: number): boolean {
    const { out } = this
    const { source } = out
    out.copy(listStart)
    out.size += containerBytes
    out.at += 1
    out.skipSpace()
    if (source[out.at] === closeArray) out.at += 1
    else
      for (;;) {
        out.size += memberBytes
        if (!this.value(level)) return false
        out.skipSpace()
        const separator = source[out.at++]
        if (separator === closeArray) break
        if (separator !== comma) return false
        out.put(comma)
        out.skipSpace()
      }
    out.copy(listEnd)
    return true
  }

  private map(level: number): boolean {
    const { out } = this
    const { source } = out
    const holder = ++this.objects
    out.copy(mapStart)
    out.size += containerBytes
    out.at += 1
    out.skipSpace()
    if (source[out.at] === closeObject) out.at += 1
    else
      for (;;) {
        const start = out.at
        const name = this.name()
        if (name < 0 || this.isHeld(level, name, holder)) return false
        const length = this.copyName(start)
        if (length === 0) return false
        out.size += memberBytes + length
        out.skipSpace()
        if (!this.value(level)) return false
        out.skipSpace()
        const separator = source[out.at++]
        if (separator === closeObject) break
        if (separator !== comma) return false
        out.put(comma)
        out.skipSpace()
      }
    out.copy(mapEnd)
    return true
  }

  /** Copies a name that has no escapes, from its opening quote on, with a colon. @returns its bytes */
  private copyName(start: number): number {
    const { out } = this
    const { source, bytes } = out
    let at = start
    let { to } = out
    do bytes[to++] = source[at++] as number
    while (source[at] !== quote)
    bytes[to++] = quote
    bytes[to++] = 0x3a
    out.to = to
    return at - start - 1
  }

  private write(start: number, rowNumber: number, terms: WireTerms): PlannedWrite | undefined {
    const { out } = this
    const { options, table, lookPast } = terms
    const isDelete = options.mode === 'delete'
    const bytes = isDelete ? this.keyBytes : out.size
    if (bytes > maxItemBytes || out.isFull) return undefined
    return {
      key: new WireKey(table, out.bytes, this.keySpans),
      action: isDelete ? deletion : new WirePut(out.bytes, start, out.to),
      rows: [{ rowNumber, done: isDelete ? 'deleted' : 'written' }],
      version: this.version(options.version),
      condition: options.condition,
      skipUnchanged: options.skipUnchanged,
      lookPast,
      bytes
    }
  }

  private version(attribute: string | undefined): VersionGuard | undefined {
    if (attribute === undefined) return undefined
    const text = this.out.bytes.toString('utf8', this.versionStart, this.versionEnd)
    return { attribute, value: parseAttribute(text) }
  }
}

const deletion = { kind: 'delete' } as const
