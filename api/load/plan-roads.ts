import type { Engine } from '../plan/engines.ts'
import type { TableLookup } from '../write/table-schemas.ts'
import type { BulkOptions } from './bulk-options.ts'
import { unlikeWorkers } from './managed/unlike-workers.ts'
import type { Sample } from './plan-sample.ts'
import { maxSliceRows } from './slices-of.ts'

/** What a load would cost by one engine. */
export interface PlannedRoad {
  readonly engine: Engine
  /** US dollars; null where the price is on no page that could be read. */
  readonly dollars: string | null
  /** Why the engine cannot keep what the options and rows ask for; absent where it can. */
  readonly refused?: string
}

export interface PlannedRoads {
  readonly roads: readonly PlannedRoad[]
  /** Of those that can, the one with the least known price. */
  readonly cheapest: Engine
}

/**
 * The roads of a load with their prices.
 *
 * @param workersDollars what our own loader's writes cost
 */
export const planRoads = (
  options: BulkOptions,
  lookup: TableLookup,
  sample: Sample,
  workersDollars: string
): PlannedRoads => {
  const bulkPut = unlikeWorkers({ ...options, engine: 'bulk_put' }, lookup)[0] ?? repeatedText(sample)
  const roads: readonly PlannedRoad[] = [
    { engine: 'workers', dollars: workersDollars },
    // Billed by the bytes put, indexes included; the price of them was on no page that could be read:
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.Tiers.html
    { engine: 'bulk_put', dollars: null, ...(bulkPut === undefined ? {} : { refused: bulkPut }) },
    {
      engine: 'import',
      dollars: null,
      refused: 'the table exists: ImportTable makes a new one'
    }
  ]
  const [cheapest] = roads
    .filter(({ dollars, refused }) => dollars !== null && refused === undefined)
    .toSorted((a, b) => Number(a.dollars) - Number(b.dollars))
  return { roads, cheapest: cheapest?.engine ?? 'workers' }
}

/** Keys that come again beyond a slice, among the rows that were read. */
const repeatedText = ({ writes: files }: Sample): string | undefined => {
  const seen = new Map<string, number>()
  let [place, repeated] = [0, 0]
  for (const writes of files) {
    for (const { key } of writes) {
      const before = seen.get(key.text)
      if (before !== undefined && Math.floor(before / maxSliceRows) !== Math.floor(place / maxSliceRows))
        repeated += 1
      seen.set(key.text, place)
      place += 1
    }
    // Rows of two files are never in one slice.
    place = (Math.floor(place / maxSliceRows) + 1) * maxSliceRows
  }
  return repeated === 0
    ? undefined
    : `${repeated} of the rows that were read have the key of an earlier one: a job keeps no order between them`
}
