import type { PlannedWrite } from '../../plan/planned-write.ts'
import type { Clock } from '../../runtime/clock.ts'
import type { CallFailure, ReadPort, Taken, WriteOutcome, WritePort } from '../../write/write-port.ts'
import { between } from './dice.ts'
import { type TokenBucket, tokenBucket } from './token-bucket.ts'

export interface TableSettings {
  /** Write units a second at a simulated time. */
  readonly wcuAt: (nowMs: number) => number
  readonly burstUnits: number
  /** The capacity is cut into so many equal shares, by hash of the key; 1 for none. */
  readonly partitions: number
  /** Percent of the rows on one partition key; and in an index, with the units a second that it takes. */
  readonly hotShare?: number
  readonly indexShare?: number
  readonly indexWcu?: number
}

/** What one partition takes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html */
export const partitionWcu = 1_000

/** What the table has seen. */
export interface TableTally {
  calls: number
  refusedCalls: number
  /** The same, of calls that went out when the first 10 s were over. */
  laterCalls: number
  laterRefusedCalls: number
  offeredRows: number
  refusedRows: number
  /** Rows taken in each second of the simulation. */
  readonly perSecond: number[]
}

export interface SimulatedTable {
  readonly port: WritePort & ReadPort
  readonly tally: TableTally
  /** The attribute `id` of everything it holds. */
  readonly ids: ReadonlySet<string>
}

const throttled: CallFailure = {
  kind: 'refused',
  reason: 'DynamoDB throttles (simulated)',
  throttle: 'TableWriteProvisionedThroughputExceeded'
}

/**
 * A table with a capacity: 5 to 15 ms a call, one unit a row; of a batch it takes what fits, and when nothing
 * fits it refuses the call. Rows come back as DynamoDB's UnprocessedItems do.
 */
export const simulatedTable = (
  clock: Clock,
  { wcuAt, burstUnits, partitions, hotShare = 0, indexShare = 0, indexWcu = 0 }: TableSettings
): SimulatedTable => {
  const shares = Array.from({ length: partitions }, () =>
    tokenBucket(clock.now, (nowMs) => wcuAt(nowMs) / partitions, burstUnits / partitions)
  )
  const hot = tokenBucket(clock.now, () => partitionWcu, partitionWcu)
  const index = tokenBucket(clock.now, () => indexWcu, indexWcu)
  const ids = new Set<string>()
  const startMs = clock.now()
  const tally: TableTally = {
    ...{ calls: 0, refusedCalls: 0, laterCalls: 0, laterRefusedCalls: 0 },
    ...{ offeredRows: 0, refusedRows: 0, perSecond: [] }
  }

  /** All that a row passes: the share of its partition, and the partition's or the index's own where it is in them. */
  const bucketsOf = (text: string): TokenBucket[] => {
    const percent = percentOf(text)
    const share = shares[partitionOf(text, partitions)]
    return [
      ...(share ? [share] : []),
      ...(percent < hotShare ? [hot] : []),
      ...((percent * 37) % 100 < indexShare ? [index] : [])
    ]
  }

  const isTaken = ({ key }: PlannedWrite): boolean => {
    const buckets = bucketsOf(key.text)
    if (!buckets.every((bucket) => bucket.hasOne())) return false
    for (const bucket of buckets) bucket.take(1)
    const id = key.attributes.get('id')?.S
    if (id !== undefined) ids.add(id)
    return true
  }

  const send = async (writes: readonly PlannedWrite[], signal: AbortSignal): Promise<Taken | CallFailure> => {
    const latencyMs = between(5, 15, clock.random)
    await clock.sleep(latencyMs / 2)
    const outcomes = writes.map((write): WriteOutcome => (isTaken(write) ? 'taken' : 'left'))
    const units = outcomes.filter((outcome) => outcome === 'taken').length
    const second = Math.floor((clock.now() - startMs) / 1000)
    tally.perSecond[second] = (tally.perSecond[second] ?? 0) + units
    tally.calls += 1
    tally.offeredRows += writes.length
    tally.refusedRows += writes.length - units
    const isLater = clock.now() - startMs >= 10_000
    if (isLater) tally.laterCalls += 1
    if (units === 0) tally.refusedCalls += 1
    if (units === 0 && isLater) tally.laterRefusedCalls += 1
    await clock.sleep(latencyMs / 2, signal)
    if (signal.aborted) return { kind: 'lost', reason: 'the table had not answered by then' }
    return units === 0 ? throttled : { kind: 'answered', outcomes, units }
  }

  return {
    tally,
    ids,
    port: {
      batch: (_table, writes, signal) => send(writes, signal),
      single: (_table, write, _maybeTaken, signal) => send([write], signal),
      read: async (_table, asked) => ({
        kind: 'answered',
        items: new Map(),
        left: [],
        units: asked.length
      })
    }
  }
}

const partitionOf = (key: string, partitions: number): number =>
  partitions === 1 ? 0 : hashOf(key) % partitions

/** Where a key falls among a hundred; the hash is mixed, since keys that follow each other differ in their last digit. */
const percentOf = (key: string): number => ((Math.imul(hashOf(key), 2_654_435_761) >>> 0) / 2 ** 32) * 100

const hashOf = (key: string): number => {
  let hash = 0
  for (let n = 0; n < key.length; n += 1) hash = (Math.imul(hash, 31) + key.charCodeAt(n)) >>> 0
  return hash
}
