import type { JsonBytes } from './json-bytes.ts'

/**
 * JSON as it was sent: a number is its own text, so that 38 digits stay 38 digits, and an object is a Map, so
 * that names such as `__proto__` are names like any other. Parquet adds bytes, exports of DynamoDB sets, which JSON text never holds.
 */
export type JsonValue =
  | null
  | boolean
  | string
  | JsonNumber
  | JsonWord
  | JsonBytes
  | JsonSet
  | JsonArray
  | JsonObject
  | JsonDeep

export type JsonArray = readonly JsonValue[]

/** A number as its source text, e.g. `1.10` or `-2E+3`. It never becomes a JavaScript number. */
export class JsonNumber {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/**
 * A bare word where a value stands, which JSON does not know and Snowflake may send all the same: `NaN`, `inf`,
 * `-Infinity`, `undefined`. It costs the row that holds it, not the batch.
 */
export class JsonWord {
  readonly text: string

  constructor(text: string) {
    this.text = text
  }
}

/** A set as DynamoDB has it: JSON has none, exports of DynamoDB name them. Its members are texts, numbers or bytes. */
export class JsonSet {
  readonly type: 'SS' | 'NS' | 'BS'
  readonly members: readonly JsonValue[]

  constructor(type: JsonSet['type'], members: readonly JsonValue[]) {
    this.type = type
    this.members = members
  }
}

/** So many arrays and objects may stand in one another: twice what DynamoDB holds. No recursion goes deeper. */
export const maxJsonDepth = 64

/** So many arrays and objects a text may hold: each takes 3 bytes of an item of 400 KB, and some hundred of memory. */
export const maxJsonContainers = 300_000

/** An array or object that stands deeper, or after so many others: its text as it came. Nobody can hold it, so nobody looks into it. */
export class JsonDeep {
  readonly text: string
  readonly beyond: 'depth' | 'count'

  constructor(text: string, beyond: JsonDeep['beyond'] = 'depth') {
    this.text = text
    this.beyond = beyond
  }
}

/**
 * An object's members in the order sent. A name sent twice keeps its last value and is noted in `repeated`; its earlier
 * values are kept aside, so that the object can be printed as it came.
 */
export class JsonObject extends Map<string, JsonValue> {
  repeated: string | undefined
  earlier: (readonly [name: string, value: JsonValue])[] | undefined

  /** Takes a member as it was sent. */
  add(name: string, value: JsonValue): void {
    const before = this.get(name)
    if (before !== undefined) {
      this.repeated ??= name
      this.earlier ??= []
      this.earlier.push([name, before])
    }
    this.set(name, value)
  }
}
