import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import type { Item } from './item-size.ts'
import type { Key } from './key.ts'
import type { Wire } from './wire-span.ts'

/** A condition in DynamoDB's own language, with the names and values that it uses. */
export interface Condition {
  readonly expression: string
  readonly names: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, AttributeValue>>
}

/** Write only when the stored version is lower or absent. */
export interface VersionGuard {
  readonly attribute: string
  readonly value: AttributeValue
}

export type WriteAction =
  /** `wire`: the item as it stands in a request, where the row was read straight into it; see `wireOf`. */
  | { readonly kind: 'put'; readonly item: Item; readonly wire?: Wire }
  | { readonly kind: 'delete' }
  | { readonly kind: 'update'; readonly set: Item; readonly remove: ReadonlySet<string> }

/** A row that a write answers for, and what its answer is once the table took the write. */
export interface RowOfWrite {
  readonly rowNumber: number
  readonly done: 'written' | 'deleted'
}

/** One effect on one item of one table. Rows folded into it share its fate. */
export interface PlannedWrite {
  readonly key: Key
  readonly action: WriteAction
  readonly rows: readonly RowOfWrite[]
  readonly version: VersionGuard | undefined
  readonly condition: 'absent' | 'present' | Condition | undefined
  /** Read first, write only what differs. */
  readonly skipUnchanged: boolean
  /** Attributes that do not count when items are compared: TTL and stamp. */
  readonly lookPast: ReadonlySet<string>
  /** Bytes of the item, key included, as DynamoDB counts them. */
  readonly bytes: number
}

/**
 * Write units that it takes at the least: 1 for each KB, indexes and an older, larger image not counted.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
 */
export const writeUnits = ({ bytes }: PlannedWrite): number => Math.max(1, Math.ceil(bytes / 1024))

/** A write that BatchWriteItem can carry: a put or delete that depends on nothing. */
export const isPlain = ({ action, version, condition }: PlannedWrite): boolean =>
  action.kind !== 'update' && isUnconditional({ version, condition })

export const isUnconditional = ({
  version,
  condition
}: Pick<PlannedWrite, 'version' | 'condition'>): boolean => version === undefined && condition === undefined
