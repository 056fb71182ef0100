import type { TableList } from '../batch/table-list.ts'
import { readQueueMessage } from '../decode/queue-message.ts'
import type { LedgerStore } from '../ledger/ledger-store.ts'
import { openLedger } from '../ledger/open-ledger.ts'
import type { Config } from '../runtime/config.ts'
import { mostReceives, workers } from '../runtime/deployment-numbers.ts'
import type { Log } from '../runtime/log.ts'
import { systemClock } from '../runtime/system-clock.ts'
import { beyondVisitMs, spillVisitMs } from '../runtime/time-budgets.ts'
import { drainSpill } from '../spill/drain-spill.ts'
import type { OnceDeps } from '../spill/once-deps.ts'
import type { ObjectStore } from '../store/object-store.ts'
import type { Writer } from '../write/write-rows.ts'
import { localQueue } from './local-queue.ts'
import { openSpillFolder } from './spill-folder.ts'

/**
 * Hundreds of batches at once share one process here, and one embedded DynamoDB: their calls wait for each other.
 * Calls that are given up early and repeated would only add to that; whoever is waited for has shorter limits of
 * his own.
 */
const ledgerTimeoutMs = 20_000

/** The ledger, and an in-process queue with workers for spilled batches, in place of SQS, S3 and Lambda. */
export interface LocalOnce {
  readonly deps: OnceDeps
  /** All of it, for the bulk path in the same process. */
  readonly ledger: LedgerStore
  close(): Promise<void>
}

export interface OnceSettings {
  readonly endpoint: string
  /** The DynamoDB at the endpoint outlives this process, so what is spilled must, too: the next one goes on with it. */
  readonly isKept: boolean
  /** The bucket of bulk loads: what is spilled lies in a folder of its own. */
  readonly audit: Pick<ObjectStore, 'write'>
  readonly kind: Config['PUSH_WRITER']
}

/** Opens both; messages that an earlier process has left are taken up. */
export const openOnce = async (
  { endpoint, isKept, audit, kind }: OnceSettings,
  writer: Writer,
  isAllowed: TableList,
  log: Log
): Promise<LocalOnce> => {
  await using started = new AsyncDisposableStack()
  const { ledger, meters, pushes, close } = openLedger({ endpoint, kind, answerMs: ledgerTimeoutMs })
  started.defer(async () => close())
  const folder = await openSpillFolder(isKept ? endpoint : undefined)
  started.defer(() => folder.close())
  const queue = localQueue({
    visibilityMs: spillVisitMs + beyondVisitMs,
    maxReceiveCount: mostReceives,
    pollers: workers.spill,
    clock: systemClock,
    isInOrder: true,
    closeMs: 2_000,
    onFailure: (error) => log({ event: 'spill_failed', cause: (error as Error).name })
  })
  started.defer(() => queue.close().catch(() => undefined))
  const deps: OnceDeps = {
    ledger,
    meters,
    pushes,
    store: folder.store,
    audit,
    queue,
    log
  }
  const drain = drainSpill(deps, writer, isAllowed)
  queue.consume(async (deliveries, signal) => {
    for (const { body } of deliveries)
      for (const task of readQueueMessage(body) ?? [])
        if (task.kind === 'spill') await drain(task.batch, signal)
    return { failed: [] }
  })
  for (const message of await folder.leftMessages()) await queue.send(message)

  const resources = started.move()
  return { deps, ledger, close: () => resources.disposeAsync() }
}
