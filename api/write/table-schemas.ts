import {
  DescribeTableCommand,
  type DynamoDBClient,
  type LocalSecondaryIndexDescription,
  type TableDescription
} from '@aws-sdk/client-dynamodb'
import { maxPartitionKeyBytes, maxSortKeyBytes } from '../plan/limits.ts'
import {
  isSameSchema,
  type KeyAttribute,
  type KeyType,
  type TableIndex,
  type TargetTable
} from '../plan/target-table.ts'
import { backoffMs } from '../runtime/backoff.ts'
import type { Clock } from '../runtime/clock.ts'
import { callFailure } from './call-failure.ts'
import type { TableCheck } from './table-doubt.ts'

/** What is known of a table by its name. */
export type TableLookup =
  | {
      readonly kind: 'table'
      readonly table: TargetTable
      readonly isFresh: boolean
      /** How long ago it was looked at. */
      readonly ageMs?: number
    }
  | { readonly kind: 'unknown' }
  | { readonly kind: 'unavailable'; readonly reason: string; readonly isDenied?: boolean }

/** Key schemas by DescribeTable, remembered between batches and looked up again when they prove stale. */
export interface TableSchemas {
  /** What is remembered, without a look: rows can be planned by it while they are read. */
  known(name: string): TargetTable | undefined
  /** What is remembered, or a fresh look, or that of somebody who is at it; keeps trying until the deadline. */
  find(name: string, deadline: AbortSignal): Promise<TableLookup>
  /** Always a fresh look. */
  lookAgain(name: string, deadline: AbortSignal): Promise<TableLookup>
}

/** A table may get a new index while the process lives. */
const rememberedMs = 10 * 60_000
const tooLate = 'the deadline came before the table could be looked up'

export const tableSchemas = (client: Pick<DynamoDBClient, 'send'>, clock: Clock): TableSchemas => {
  const remembered = new Map<string, { readonly table: TargetTable; readonly at: number }>()

  const look = async (name: string, deadline: AbortSignal): Promise<TableLookup> => {
    let reason = tooLate
    for (let failures = 1; !deadline.aborted; failures += 1) {
      try {
        const { Table } = await client.send(new DescribeTableCommand({ TableName: name }), {
          abortSignal: deadline
        })
        if (!Table?.KeySchema?.length) throw new Error('not an answer of DescribeTable')
        const table = toTargetTable(name, Table)
        remembered.set(name, { table, at: clock.now() })
        return { kind: 'table', table, isFresh: true }
      } catch (error) {
        const failure = callFailure(error)
        // ValidationException: a name that no table can have.
        if (failure.kind === 'no_table' || failure.kind === 'invalid') {
          remembered.delete(name)
          return { kind: 'unknown' }
        }
        if (deadline.aborted) break
        reason = failure.reason
        if (failure.kind === 'denied') return { kind: 'unavailable', reason, isDenied: true }
        await clock.sleep(backoffMs(failures, clock.random), deadline)
      }
    }
    return { kind: 'unavailable', reason }
  }

  const fresh = (name: string) => {
    const known = remembered.get(name)
    return known && clock.now() - known.at < rememberedMs ? known : undefined
  }
  /**
   * One look for all who ask meanwhile. Each waits until its own deadline; when the look ends without an answer because
   * the deadline of whoever began it came, one of those who are left begins another.
   */
  const looks = new Map<string, Promise<TableLookup>>()
  const lookTogether = async (name: string, deadline: AbortSignal): Promise<TableLookup> => {
    for (let others = looks.get(name); others !== undefined; others = looks.get(name)) {
      const theirs = await unlessOver(others, deadline)
      if (theirs === undefined) return { kind: 'unavailable', reason: tooLate }
      if (theirs.kind !== 'unavailable' || theirs.isDenied) return theirs
    }
    const looking = look(name, deadline)
    looks.set(name, looking)
    try {
      return await looking
    } finally {
      looks.delete(name)
    }
  }

  return {
    known: (name) => fresh(name)?.table,
    lookAgain: look,
    async find(name, deadline) {
      const known = fresh(name)
      return known
        ? { kind: 'table', table: known.table, isFresh: false, ageMs: clock.now() - known.at }
        : lookTogether(name, deadline)
    }
  }
}

/** @returns undefined when the deadline comes first */
const unlessOver = async <T>(looking: Promise<T>, deadline: AbortSignal): Promise<T | undefined> => {
  if (deadline.aborted) return undefined
  const over = Promise.withResolvers<undefined>()
  const strike = (): void => over.resolve(undefined)
  deadline.addEventListener('abort', strike, { once: true })
  try {
    return await Promise.race([looking, over.promise])
  } finally {
    deadline.removeEventListener('abort', strike)
  }
}

/** Compares a fresh look with what a plan was made for. An unavailable look changes nothing. */
export const compareLookup = (planned: TargetTable, lookup: TableLookup): TableCheck => {
  if (lookup.kind === 'unknown') return 'gone'
  return lookup.kind === 'table' && !isSameSchema(planned, lookup.table) ? 'changed' : 'same'
}

const toTargetTable = (
  name: string,
  { AttributeDefinitions = [], KeySchema = [], ...indexes }: TableDescription
): TargetTable => {
  const types = new Map(AttributeDefinitions.map((each) => [each.AttributeName, each.AttributeType]))
  const toKeys = (schema: typeof KeySchema): KeyAttribute[] =>
    schema.map((each) => ({
      name: each.AttributeName ?? '',
      type: (types.get(each.AttributeName) ?? 'S') as KeyType,
      maxBytes: each.KeyType === 'HASH' ? maxPartitionKeyBytes : maxSortKeyBytes
    }))
  const keys = toKeys(KeySchema.toSorted((a) => (a.KeyType === 'HASH' ? -1 : 1)))
  const all = [...(indexes.GlobalSecondaryIndexes ?? []), ...(indexes.LocalSecondaryIndexes ?? [])]
  const indexKeys = all
    .flatMap((index) => toKeys(index.KeySchema ?? []))
    .filter((indexKey) => !keys.some((key) => key.name === indexKey.name))
  return {
    name,
    keys,
    indexKeys,
    ...statedUnits(indexes),
    ...(all.length > 0 ? { indexes: all.map(toIndex) } : {}),
    ...(isOnDemand(indexes) ? { isOnDemand: true } : {})
  }
}

const toIndex = ({ KeySchema = [], Projection }: LocalSecondaryIndexDescription): TableIndex => ({
  keys: KeySchema.map(({ AttributeName = '' }) => AttributeName),
  holds: Projection?.ProjectionType === 'ALL' ? 'all' : (Projection?.NonKeyAttributes ?? [])
})

const isOnDemand = ({ BillingModeSummary }: TableDescription): boolean =>
  BillingModeSummary?.BillingMode === 'PAY_PER_REQUEST'

/**
 * AWS states the warm throughput of an on-demand table, and 0 as its provisioned units. An engine that states no
 * warm throughput, or 0, is an emulator, which has no capacity to share: the default quota of a table leaves it alone.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput.html
 */
const onDemandUnits = 40_000

const statedUnits = (description: TableDescription): { readonly statedUnits?: number } => {
  const { ProvisionedThroughput, WarmThroughput } = description
  // What an emulator says is provisioned on an on-demand table means nothing.
  const provisioned = isOnDemand(description) ? 0 : ProvisionedThroughput?.WriteCapacityUnits
  const units =
    provisioned ||
    WarmThroughput?.WriteUnitsPerSecond ||
    (isOnDemand(description) ? onDemandUnits : undefined)
  return units === undefined ? {} : { statedUnits: units }
}
