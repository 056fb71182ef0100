import type { Engine } from '../plan/engines.ts'
import { dollars } from '../runtime/prices.ts'
import type { BulkOptions } from './bulk-options.ts'
import { lineBytes } from './managed/staged-group.ts'
import { type EngineAt, unlikeWorkers } from './managed/unlike-workers.ts'
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

/** What the rows of a plan come to. */
interface Planned {
  readonly sample: Sample
  /** What our own loader's writes cost. */
  readonly workersDollars: string
}

/** The roads of a load with their prices. */
export const planRoads = (
  options: BulkOptions,
  at: EngineAt,
  { sample, workersDollars }: Planned
): PlannedRoads => {
  const repeated = repeatedText(sample)
  const refusedTo = (engine: Engine): string | undefined =>
    unlikeWorkers({ ...options, engine }, at)[0] ?? (engine === 'workers' ? undefined : repeated)
  const absent = at.lookup.kind === 'unknown' ? 'the table does not exist yet' : undefined
  const toImport = refusedTo('import')
  const roads: readonly PlannedRoad[] = [
    { engine: 'workers', dollars: workersDollars, ...because(absent) },
    // Billed by the bytes put, indexes included; the price of them was on no page that could be read:
    // https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.Tiers.html
    { engine: 'bulk_put', dollars: null, ...because(absent ?? refusedTo('bulk_put')) },
    {
      engine: 'import',
      dollars: toImport === undefined ? importDollars(sample) : null,
      ...because(toImport)
    }
  ]
  const [cheapest] = roads
    .filter(({ dollars, refused }) => dollars !== null && refused === undefined)
    .toSorted((a, b) => Number(a.dollars) - Number(b.dollars))
  return { roads, cheapest: cheapest?.engine ?? 'workers' }
}

const because = (refused: string | undefined): { readonly refused?: string } =>
  refused === undefined ? {} : { refused }

/** An import is paid by the bytes of its source, unpacked. */
const importDollars = ({ files }: Sample): string =>
  dollars({
    import_byte: files.reduce(
      (sum, { weight, writes }) =>
        sum + weight * writes.reduce((bytes, write) => bytes + lineBytes(write), 0),
      0
    )
  })

/** Keys that come again beyond a slice, among the rows that were read. */
const repeatedText = ({ files }: Sample): string | undefined => {
  const seen = new Map<string, string>()
  let repeated = 0
  for (const [file, { writes }] of files.entries())
    for (const { key, rows } of writes) {
      // Rows of two files are never in one slice.
      const slice = `${file} ${Math.floor((rows[0]?.rowNumber ?? 0) / maxSliceRows)}`
      const before = seen.get(key.text)
      if (before !== undefined && before !== slice) repeated += 1
      seen.set(key.text, slice)
    }
  return repeated === 0
    ? undefined
    : `${repeated} of the rows that were read have the key of an earlier one: a job keeps no order between them`
}
