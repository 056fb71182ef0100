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

/** A key whose values stand in the wire form of its row. */
export class WireKey implements Key {
  readonly text: string
  private readonly table: TargetTable
  private readonly values: readonly string[]
  private parsed: ReadonlyMap<string, AttributeValue> | undefined

  /** @param spans start and end of each value, in the order of the table's keys */
  constructor(table: TargetTable, bytes: Buffer, spans: Int32Array) {
    const values: string[] = []
    let text = ''
    for (let n = 0; n < table.keys.length; n += 1) {
      const value = bytes.toString('utf8', spans[2 * n], spans[2 * n + 1])
      values.push(value)
      text += `${keyText(value)} `
    }
    this.text = text
    this.table = table
    this.values = values
  }

  get attributes(): ReadonlyMap<string, AttributeValue> {
    this.parsed ??= new Map(
      this.table.keys.map(({ name }, n) => [name, parseAttribute(this.values[n] ?? '')])
    )
    return this.parsed
  }
}

/** What `valueText` says of the value: text with its quotes, number or base64 without. */
const keyText = (value: string): string => {
  const type = value.charAt(2)
  return (
    type +
    (type === 'S' ? value.slice(beforeValue - 1, 1 - afterValue) : value.slice(beforeValue, -afterValue))
  )
}
