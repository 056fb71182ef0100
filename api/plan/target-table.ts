export type KeyType = 'S' | 'N' | 'B'

/** One key attribute of a table or of one of its indexes. */
export interface KeyAttribute {
  readonly name: string
  readonly type: KeyType
  readonly maxBytes: number
}

/** One index, as the price of a write needs it. */
export interface TableIndex {
  /** Attributes of its key. */
  readonly keys: readonly string[]
  /** What it holds beside the keys: all of the item, or these attributes. */
  readonly holds: 'all' | readonly string[]
}

/** What must be known of a table to plan its writes. */
export interface TargetTable {
  readonly name: string
  /** The partition key, then the sort key if there is one. */
  readonly keys: readonly KeyAttribute[]
  /** Key attributes of its indexes: an item may lack them, but if it has them they must fit. */
  readonly indexKeys: readonly KeyAttribute[]
  /** Write units a second that the table says it takes; undefined where it says nothing. */
  readonly statedUnits?: number
  readonly indexes?: readonly TableIndex[]
  readonly isOnDemand?: boolean
}

/** Two readings of a table that plan the same way. */
export const isSameSchema = (a: TargetTable, b: TargetTable): boolean =>
  JSON.stringify([a.keys, a.indexKeys]) === JSON.stringify([b.keys, b.indexKeys])
