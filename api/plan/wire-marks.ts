import { quote } from '../json/ascii.ts'
import type { RowOptions } from './row-options.ts'
import type { KeyAttribute, TargetTable } from './target-table.ts'
import type { WireOut } from './wire-out.ts'
import { role, type WireRecipe } from './wire-recipe.ts'
import { keyText } from './wire-write.ts'

/** Where the values of a row stand that decide over it: keys and version. Index keys are looked at only. */
export class WireMarks {
  /** Start and end of the value of each key attribute, in the order of the table. */
  private readonly keySpans = new Int32Array(4)
  /** Of the attribute at hand: where its value begins, its bytes, name included. */
  from = 0
  bytes = 0
  versionStart = 0
  versionEnd = 0
  /** Bytes of the key attributes as DynamoDB counts them. */
  keyBytes = 0

  /** A new row begins. */
  clear(): void {
    this.keySpans.fill(-1)
    this.versionStart = -1
    this.keyBytes = 0
  }

  /**
   * Takes the attribute at hand, which was just written.
   *
   * @param id the number of its column
   * @returns false when it may not fit: the rules know
   */
  note(
    out: WireOut,
    { nameBytes, keyPlaces, wanted: wantedOf }: WireRecipe,
    id: number,
    roles: number
  ): boolean {
    const { from, bytes } = this
    if (out.isFull) return false
    if ((roles & (role.key | role.indexKey)) !== 0) {
      const at = keyPlaces[id] as number
      const wanted = wantedOf[id] as readonly KeyAttribute[]
      const type = wanted[0]?.type ?? 'S'
      if (out.bytes[from + 2] !== type.charCodeAt(0) || out.bytes[from + 3] !== quote) return false
      const length = bytes - (nameBytes[id] as number)
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

  areAllThere({ table, options }: { readonly table: TargetTable; readonly options: RowOptions }): boolean {
    for (let n = 0; n < table.keys.length; n += 1) if (this.keySpans[2 * n] === -1) return false
    return options.version === undefined || this.versionStart !== -1
  }

  keyText(table: TargetTable, bytes: Buffer): string {
    return keyText(bytes, this.keySpans, table.keys.length)
  }
}
