import { checkForm, storedForm } from '../../json/stored-form.ts'
import type { LoadDeps } from '../load-deps.ts'
import { failedItemsKey } from '../run-paths.ts'
import type { ReportedFlaw } from './job-report.ts'

/** Items that a job did not write: more of them than this are no slip of a few rows. */
export const mostFailedItems = 200_000
const mostBytes = 64 * 1024 * 1024

interface Job {
  readonly run: string
  readonly generation: number
}

/** The items of a report as every chunk's worker reads them: few kinds of flaw, many keys. */
export const keepFailedItems = async (
  store: LoadDeps['store'],
  { run, generation }: Job,
  failed: ReadonlyMap<bigint, ReportedFlaw>,
  deadline: AbortSignal
): Promise<void> => {
  const flaws: ReportedFlaw[] = []
  const places = new Map<string, number>()
  const items = [...failed].map(([hash, flaw]) => {
    const name = `${flaw.code} ${flaw.message}`
    const place = places.get(name) ?? flaws.push(flaw) - 1
    places.set(name, place)
    return [String(hash), place]
  })
  const text = JSON.stringify({ form: storedForm, flaws, items })
  await store.write(failedItemsKey(run, generation), Buffer.from(text), { signal: deadline })
}

/** @throws UnknownForm when another version of this code wrote them */
export const failedItems = async (
  store: LoadDeps['store'],
  { run, generation }: Job,
  deadline: AbortSignal
): Promise<ReadonlyMap<bigint, ReportedFlaw>> => {
  const key = failedItemsKey(run, generation)
  const found = await store.read(key, mostBytes, deadline)
  if (found === undefined) throw new Error(`${key} is gone: redrive the run`)
  const { form, flaws, items } = JSON.parse(new TextDecoder().decode(found.content)) as {
    readonly form: number
    readonly flaws: readonly ReportedFlaw[]
    readonly items: ReadonlyArray<readonly [hash: string, flaw: number]>
  }
  checkForm('the items that a job reported', form)
  return new Map(items.map(([hash, place]) => [BigInt(hash), flaws[place] as ReportedFlaw]))
}
