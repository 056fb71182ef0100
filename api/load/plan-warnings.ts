import type { PlannedWrite } from '../plan/planned-write.ts'
import type { TargetTable } from '../plan/target-table.ts'
import type { TableCare } from '../write/table-care.ts'
import type { BulkOptions } from './bulk-options.ts'
import type { Sample } from './plan-sample.ts'

interface Planned {
  readonly table: TargetTable
  /** It does not exist yet. */
  readonly isNew: boolean
  readonly options: BulkOptions
  readonly sample: Sample
  /** Write units of the table for the whole run. */
  readonly units: number
}

/** One partition takes no more, whatever the table does:
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/warm-throughput-scenarios.html */
const partitionUnits = 1_000
/** A load that takes longer than this on a table as it is deserves to be told; warmed up, it is to take as long. */
const patienceSeconds = 60
const hotShare = 0.1
/** Fewer rows say nothing of order or of hot keys. */
const leastRows = 100
const sortedShare = 0.95

/** What somebody should know before the load starts. */
export const planWarnings = async (
  planned: Planned,
  care: TableCare | undefined,
  signal: AbortSignal
): Promise<readonly string[]> => {
  const { table, options } = planned
  const kept = planned.isNew ? undefined : await care?.(table.name, signal)
  const { ttl } = options.rows
  return [
    planned.isNew ? newText : undefined,
    coldText(planned),
    ...keyTexts(planned),
    kept?.isRestorable === false
      ? 'point-in-time recovery is off: what the load replaces cannot be brought back'
      : undefined,
    ttl && kept?.ttl !== undefined && kept.ttl !== ttl.attribute
      ? `TTL is ${kept.ttl === null ? 'off' : 'on another attribute'}: items with ${ttl.attribute} do not expire until it is on for that attribute`
      : undefined
  ].filter((text) => text !== undefined)
}

const newText =
  "the table does not exist: engine 'import' makes it, without point-in-time recovery and TTL; every other engine would fail"

const coldText = ({ table, units }: Planned): string | undefined => {
  const seconds = table.statedUnits === undefined ? 0 : units / table.statedUnits
  if (!table.isOnDemand || table.statedUnits === undefined || seconds <= patienceSeconds) return undefined
  return `the table takes ${table.statedUnits} write units a second as it is: a warm throughput of ${Math.ceil(units / patienceSeconds)} would load in a minute, and costs once`
}

const keyTexts = ({ table, sample }: Planned): readonly string[] => {
  const [partitionKey, sortKey] = table.keys
  const counts = new Map<string, number>()
  let [pairs, rising] = [0, 0]
  for (const { weight, writes } of sample.files) {
    let before: string | undefined
    for (const write of writes) {
      const key = partitionOf(write, partitionKey?.name)
      counts.set(key, (counts.get(key) ?? 0) + weight)
      if (before !== undefined) pairs += 1
      if (before !== undefined && before <= key) rising += 1
      before = key
    }
  }
  const planned = sample.files.reduce((sum, { writes }) => sum + writes.length, 0)
  const rows = sample.files.reduce((sum, { weight, writes }) => sum + weight * writes.length, 0)
  const most = Math.max(0, ...counts.values())
  const texts: string[] = []
  if (planned < leastRows) return texts
  if (sortKey && most > hotShare * rows)
    texts.push(
      `one partition key holds ${Math.round((100 * most) / rows)} % of the rows: a partition takes ${partitionUnits} units a second, so the load takes at least ${Math.ceil(most / partitionUnits)} s`
    )
  if (sortKey && counts.size > 1 && counts.size < planned / 2 && rising >= sortedShare * pairs)
    texts.push(
      'the rows come sorted by partition key, so that one partition after the other is hot: unload with ORDER BY RANDOM()'
    )
  return texts
}

const partitionOf = ({ key }: PlannedWrite, name = ''): string => {
  const value = key.attributes.get(name)
  return value?.S ?? value?.N ?? Buffer.from(value?.B ?? []).toString('hex')
}
