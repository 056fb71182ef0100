import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Shares by which the old generation may outgrow what the last full collection left alive, some 20 MB. V8 by itself lets
 * it grow to several times that before it collects, and the heap is garbage for the most part. Batches grow old while
 * their calls are under way: a handler with 8 of them makes 4 full collections in 200,000 rows at 200 %, 8 at 100 %,
 * for 25 MB more (`npm run bench`); a loader makes few.
 */
const growingPercent = { handler: 200, loader: 100 } as const
const mayGrowBy = (percent: number): void => setFlagsFromString(`--heap-growing-percent=${percent}`)

/**
 * Megabytes of each half of the young generation. V8 reads it at the start of a process only, so it belongs on command
 * lines (package.json) and into NODE_OPTIONS of a Lambda. Smaller halves cost CPU, larger ones three times their size.
 */
export const semiSpaceMb = 8

/**
 * Keeps the memory of a process that answers batches near what it really holds, from its first full collection on. It
 * costs a cold start nothing, and nothing is refused: a heap that needs more gets more. V8 reads this flag at the end of
 * each full collection.
 */
export const growHeapSlowly = (): void => mayGrowBy(growingPercent.handler)

/**
 * The same, tighter and from now on, for a process that loads: a collection is made (some 20 ms), since until the first the old
 * generation would grow to its initial limit, which is sized for programs that do not throw away.
 */
export const keepHeapLean = (): void => {
  mayGrowBy(growingPercent.loader)
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
}
