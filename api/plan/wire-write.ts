import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { space } from '../json/ascii.ts'
import type { Item } from './item-size.ts'
import type { Key } from './key.ts'
import type { PlanContext } from './plan-context.ts'
import type { PlannedWrite, RowOfWrite, VersionGuard, WriteAction } from './planned-write.ts'
import type { RowOptions } from './row-options.ts'
import type { PlannedRow, UnplannedRow } from './row-to-plan.ts'
import type { TargetTable } from './target-table.ts'
import { itemOfWire, parseAttribute, type Wire } from './wire.ts'

/** What the writes of one plan and the same options have in common. */
export interface SharedTerms {
  readonly options: RowOptions
  readonly table: TargetTable
  readonly context: PlanContext
  readonly lookPast: ReadonlySet<string>
  /** Of rows that were planned while they were read: the row as it came. */
  readonly again?: ((rowNumber: number) => UnplannedRow) | undefined
}

/** Where a row was written to, and where in it the value of its version stands. */
export interface WrittenRow {
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
  readonly versionStart: number
  readonly versionEnd: number
  /** Bytes of the item, or of the key of a delete, as DynamoDB counts them. */
  readonly bytes: number
}

/**
 * A put or delete whose row was read straight into its wire form. It is its own key, action, rows and wire form, because a batch in
 * flight holds hundreds of them: what is seldom looked at is made when somebody looks.
 */
export class WireWrite implements PlannedWrite, PlannedRow, Key, RowOfWrite, Wire {
  readonly rowNumber: number
  readonly text: string
  readonly bytes: number
  private readonly terms: SharedTerms
  readonly buffer: Buffer
  readonly start: number
  readonly end: number
  private readonly versionStart: number
  private readonly versionEnd: number
  private parsed: Item | undefined

  /** @param text that of the key */
  constructor(rowNumber: number, text: string, terms: SharedTerms, row: WrittenRow) {
    this.rowNumber = rowNumber
    this.text = text
    this.bytes = row.bytes
    this.terms = terms
    this.buffer = row.buffer
    this.start = row.start
    this.end = row.end
    this.versionStart = row.versionStart
    this.versionEnd = row.versionEnd
    this.parsed = undefined
  }

  /** Whether another plan for that table would come to the same. */
  isPlannedFor(table: TargetTable, context: PlanContext): boolean {
    return this.terms.table === table && this.terms.context === context
  }

  unplanned(): UnplannedRow {
    const row = this.terms.again?.(this.rowNumber)
    if (row === undefined) throw new TypeError('a row that was not planned as it was read')
    return row
  }

  get isMaybeTaken(): false {
    return false
  }

  get options(): RowOptions {
    return this.terms.options
  }

  /** The name of its table. */
  get table(): string {
    return this.terms.table.name
  }

  get key(): Key {
    return this
  }

  get action(): WriteAction {
    return this
  }

  get rows(): readonly RowOfWrite[] {
    return [this]
  }

  get kind(): 'put' | 'delete' {
    return this.terms.options.mode === 'delete' ? 'delete' : 'put'
  }

  get done(): RowOfWrite['done'] {
    return this.terms.options.mode === 'delete' ? 'deleted' : 'written'
  }

  get condition(): PlannedWrite['condition'] {
    return this.terms.options.condition
  }

  get skipUnchanged(): boolean {
    return this.terms.options.skipUnchanged
  }

  get lookPast(): ReadonlySet<string> {
    return this.terms.lookPast
  }

  get version(): VersionGuard | undefined {
    const { version } = this.terms.options
    if (version === undefined) return undefined
    const text = this.buffer.toString('utf8', this.versionStart, this.versionEnd)
    return { attribute: version, value: parseAttribute(text) }
  }

  /** The item as it stands in a request; of a delete, key and version. */
  get wire(): Wire {
    return this
  }

  get item(): Item {
    this.parsed ??= itemOfWire(this)
    return this.parsed
  }

  get attributes(): ReadonlyMap<string, AttributeValue> {
    const { item } = this
    const attributes = new Map<string, AttributeValue>()
    for (const { name } of this.terms.table.keys) {
      const value = item.get(name)
      if (value) attributes.set(name, value)
    }
    return attributes
  }
}

/** `{"S":"` or `{"N":"`, and `"}` */
const beforeValue = 6
const afterValue = 2

/** Where the text of a key is put together; grown where keys are longer. */
let draft = Buffer.alloc(4096)

/**
 * The text of a key whose values stand in the wire form: what `valueText` says of them, text with its quotes, number or
 * base64 without.
 *
 * @param spans start and end of each value, in the order of the table's keys
 */
export const keyText = (bytes: Buffer, spans: Int32Array, keys: number): string => {
  let to = 0
  let all = 0
  for (let n = 0; n < 2 * keys; n += 2) {
    const start = spans[n] as number
    const end = spans[n + 1] as number
    if (draft.length < to + end - start) draft = Buffer.concat([draft], 2 * (to + end - start))
    const type = bytes[start + 2] as number
    const quotes = type === 0x53 ? 1 : 0
    draft[to++] = type
    for (let at = start + beforeValue - quotes; at < end - afterValue + quotes; at += 1) {
      const byte = bytes[at] as number
      all |= byte
      draft[to++] = byte
    }
    draft[to++] = space
  }
  return draft.toString(all < 0x80 ? 'latin1' : 'utf8', 0, to)
}
