import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

/**
 * Share by which the old generation may outgrow what the last full collection left alive. V8 by itself lets it grow to
 * several times that before it collects, and a loader's heap is garbage for the most part: some 30 MB are alive.
 */
const growingPercent = 100

/**
 * Megabytes of each half of the young generation. V8 reads it at the start of a process only, so it belongs on command
 * lines (package.json) and into NODE_OPTIONS of a Lambda. Smaller halves cost CPU, larger ones three times their size.
 */
export const semiSpaceMb = 8

/**
 * Keeps the memory of a process near what it really holds, from its first full collection on: a third less for a
 * handler that answers batch after batch. It costs a cold start nothing, and nothing is refused: a heap that needs more
 * gets more. V8 reads this flag at the end of each full collection.
 */
export const growHeapSlowly = (): void => setFlagsFromString(`--heap-growing-percent=${growingPercent}`)

/**
 * The same from now on, for a process that loads: a collection is made (some 20 ms), since until the first the old
 * generation would grow to its initial limit, which is sized for programs that do not throw away.
 */
export const keepHeapLean = (): void => {
  growHeapSlowly()
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
}
