import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from './item-size.ts'
import type { Key } from './key.ts'
import type { TargetTable } from './target-table.ts'
import { itemOfWire, parseAttribute, type Wire } from './wire.ts'

/** A put whose item was read straight into its wire form; the item itself is made when somebody looks at it. */
export class WirePut implements Wire {
  readonly kind = 'put'
  readonly bytes: Buffer
  readonly start: number
  readonly end: number
  private parsed: Item | undefined

  constructor(bytes: Buffer, start: number, end: number) {
    this.bytes = bytes
    this.start = start
    this.end = end
  }

  get wire(): Wire {
    return this
  }

  get item(): Item {
    this.parsed ??= itemOfWire(this)
    return this.parsed
  }
}

/** `{"S":"` or `{"N":"`, and `"}` */
const beforeValue = 6
const afterValue = 2
const space = 0x20

/** Where the text of a key is put together; grown where keys are longer. */
let draft = Buffer.alloc(4096)

/** A key whose values stand in the wire form of its row. */
export class WireKey implements Key {
  readonly text: string
  private readonly table: TargetTable
  private readonly bytes: Buffer
  private readonly spans: readonly number[]
  private parsed: ReadonlyMap<string, AttributeValue> | undefined

  /** @param spans start and end of each value, in the order of the table's keys */
  constructor(table: TargetTable, bytes: Buffer, spans: readonly number[]) {
    this.table = table
    this.bytes = bytes
    this.spans = spans
    this.text = keyText(bytes, spans)
  }

  get attributes(): ReadonlyMap<string, AttributeValue> {
    this.parsed ??= new Map(
      this.table.keys.map(({ name }, n) => [
        name,
        parseAttribute(this.bytes.toString('utf8', this.spans[2 * n], this.spans[2 * n + 1]))
      ])
    )
    return this.parsed
  }
}

/** What `valueText` says of the values: text with its quotes, number or base64 without. */
const keyText = (bytes: Buffer, spans: readonly number[]): string => {
  let to = 0
  let all = 0
  for (let n = 0; n < spans.length; n += 2) {
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
