import {
  backslash,
  closeArray,
  closeObject,
  colon,
  comma,
  openArray,
  openObject,
  quote,
  space
} from '../json/ascii.ts'
import { afterWord } from '../json/scan-json.ts'
import { containerBytes, memberBytes } from './item-size.ts'
import { maxNestingLevels } from './limits.ts'
import { hashStep, mostNames, WireNames } from './wire-names.ts'
import { writeNumber } from './wire-number.ts'
import { WireOut } from './wire-out.ts'
import { writeText } from './wire-text.ts'

const [trueValue, falseValue] = [Buffer.from('{"BOOL":true}'), Buffer.from('{"BOOL":false}')]
const [listStart, listEnd] = [Buffer.from('{"L":['), Buffer.from(']}')]
const [mapStart, mapEnd] = [Buffer.from('{"M":{'), Buffer.from('}}')]
export const nullValue = Buffer.from('{"NULL":true}')

/** Writes values of any depth as DynamoDB's JSON. What is not JSON is unsure, too, so that nobody need have looked at it before. */
export class WireValues {
  readonly out = new WireOut()
  names = new WireNames()
  /** A name found no room among the names. */
  hasRoom = true
  /** Which object held a name last, by its depth and the name's number: names of open objects are told apart. */
  private readonly holders = new Int32Array(mostNames * maxNestingLevels)
  private objects = 0
  /** The name that came last after another one, at the beginning of an object after the name that holds it. */
  private readonly next = new Int16Array(mostNames)
  private readonly inner = new Int16Array(mostNames)
  private first = 0
  private last = 0

  /** The number of an object that is opened now. */
  openObject(): number {
    this.objects = (this.objects + 1) | 0
    return this.objects
  }

  /**
   * The name at hand and its colon. Rows have the same names in the same order, as a rule, so one is guessed first.
   *
   * @param before the name before it in the object, or -1
   * @param holder the name of the object, or -1 for the row itself
   * @returns its number, or -1: no name, an escape in it, too long, or too many names
   */
  name(before: number, holder: number): number {
    const guess =
      before >= 0 ? (this.next[before] as number) : holder >= 0 ? (this.inner[holder] as number) : this.first
    const { out } = this
    const { source } = out
    if (source[out.at] !== quote) return -1
    const end = this.names.endOf(guess, source, out.at + 1)
    const id = end < 0 ? this.unguessedName() : guess
    if (end >= 0) out.at = end + 1
    else if (id < 0) return -1
    else if (before >= 0) this.next[before] = id
    else if (holder >= 0) this.inner[holder] = id
    else this.first = id
    out.skipSpace()
    if (source[out.at] !== colon) return -1
    out.at += 1
    this.last = id
    return id
  }

  private unguessedName(): number {
    const { out } = this
    const { source } = out
    const start = out.at + 1
    let at = start
    let hash = 0
    for (;;) {
      const byte = source[at] as number
      if (byte === quote) break
      // The end of the source, too, which has no byte.
      if (byte === backslash || !(byte >= space)) return -1
      hash = hashStep(hash, byte)
      at += 1
    }
    const id = this.names.idOf(source, start, at, hash)
    if (id < 0) this.hasRoom = false
    out.at = at + 1
    return id
  }

  /** Whether the object holds the name already; from now on it does. */
  isHeld(depth: number, name: number, holder: number): boolean {
    const place = depth * mostNames + name
    if (this.holders[place] === holder) return true
    this.holders[place] = holder
    return false
  }

  private literal(value: Uint8Array, word: string): boolean {
    const { out } = this
    const after = afterWord(out.source, out.at, out.source.length, word)
    if (after < 0) return false
    out.copy(value)
    out.size += 1
    out.at = after
    return true
  }

  /** @param level arrays and objects around the value, the item not counted @returns false when unsure */
  value(level: number): boolean {
    const { out } = this
    switch (out.source[out.at]) {
      case quote:
        return writeText(out)
      case openObject:
        return level < maxNestingLevels - 1 && this.map(level + 1)
      case openArray:
        return level < maxNestingLevels - 1 && this.list(level + 1)
      case 0x74:
        return this.literal(trueValue, 'true')
      case 0x66:
        return this.literal(falseValue, 'false')
      case 0x6e:
        return this.literal(nullValue, 'null')
      default:
        return writeNumber(out)
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
    const holder = this.openObject()
    const outer = this.last
    let name = -1
    out.copy(mapStart)
    out.size += containerBytes
    out.at += 1
    out.skipSpace()
    if (source[out.at] === closeObject) out.at += 1
    else
      for (;;) {
        const start = out.at
        name = this.name(name, outer)
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
    bytes[to++] = colon
    out.to = to
    return at - start - 1
  }
}
