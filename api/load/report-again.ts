import type { ChunkRecord } from '../ledger/chunk-record.ts'
import { endedKey, runKeptSeconds } from '../ledger/run-record.ts'
import { chunkMessage } from './chunk-message.ts'
import type { LoadDeps } from './load-deps.ts'

/**
 * Chunks that have ended, for a run that is taken up again: whoever ended them may have died before what follows the
 * end, or before it was counted. Ends may be counted twice, never too few: the run would wait for them for ever.
 */
export const reportAgain = async (
  { ledger, queue, clock }: Pick<LoadDeps, 'ledger' | 'queue' | 'clock'>,
  run: string,
  generation: number,
  ended: readonly ChunkRecord[]
): Promise<void> => {
  const isDone = (chunk: ChunkRecord): boolean => chunk.after === 'done'
  for (const chunk of ended) if (!isDone(chunk)) await queue.send(chunkMessage(chunk))
  const counted = ended.filter((chunk) => isDone(chunk) && chunk.generation === generation).length
  if (counted > 0)
    await ledger.add(endedKey(run, generation), counted, Math.floor(clock.now() / 1000) + runKeptSeconds)
}
