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
 * Keeps the memory of a process that loads near what it really holds, from now on. Nothing is refused: a heap that
 * needs more gets more. V8 reads this flag at the end of each full collection, so one is made (some 20 ms): until the
 * first, the old generation would grow to its initial limit, which is sized for programs that do not throw away.
 */
export const keepHeapLean = (): void => {
  setFlagsFromString(`--heap-growing-percent=${growingPercent}`)
  setFlagsFromString('--expose-gc')
  const collect: () => void = runInNewContext('gc')
  collect()
}
