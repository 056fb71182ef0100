import type { TableList } from '../batch/table-list.ts'
import type { LedgerStore } from '../ledger/ledger-store.ts'
import type { MeterStore } from '../ledger/meter-store.ts'
import type { LoadDeps } from '../load/load-deps.ts'
import { loadMessage } from '../load/loader.ts'
import { mostReceives } from '../runtime/deployment-numbers.ts'
import type { Log } from '../runtime/log.ts'
import { systemClock } from '../runtime/system-clock.ts'
import type { Writer } from '../write/write-rows.ts'
import type { FolderStore } from './folder-store.ts'
import { type LocalQueue, localQueue } from './local-queue.ts'

export interface LoaderSettings {
  /** A folder in place of the bucket. */
  readonly store: FolderStore
  readonly ledger: LedgerStore
  readonly meters?: MeterStore
  readonly writer: Writer
  readonly isAllowed: TableList
  readonly announce: LoadDeps['announce']
  /** Is told why a message failed; the message comes again. */
  readonly onFailure: (error: Error) => void
  readonly log?: Log
  readonly managed?: LoadDeps['managed']
  readonly imports?: LoadDeps['imports']
  /** Chunks that are loaded at the same time. */
  readonly workers?: number
  /** How long closing waits for workers to checkpoint. */
  readonly closeMs?: number
}

export interface Loader {
  readonly deps: LoadDeps & { readonly store: FolderStore }
  readonly queue: LocalQueue
}

const defaultWorkers = 4

/** Starts the workers of the bulk path in this process, the same code as on Lambda; closing the queue ends them. */
export const startLoader = (settings: LoaderSettings): Loader => {
  const { store, ledger, writer, isAllowed, announce, onFailure, closeMs } = settings
  const queue = localQueue({
    visibilityMs: 30_000,
    maxReceiveCount: mostReceives,
    pollers: settings.workers ?? defaultWorkers,
    clock: systemClock,
    ...(closeMs === undefined ? {} : { closeMs })
  })
  const deps = {
    ledger,
    ...(settings.meters ? { meters: settings.meters } : {}),
    store,
    queue,
    writer,
    clock: systemClock,
    isAllowed,
    announce,
    ...(settings.managed ? { managed: settings.managed } : {}),
    ...(settings.imports ? { imports: settings.imports } : {}),
    log: settings.log ?? (() => {})
  }
  const load = loadMessage(deps)
  queue.consume(async (deliveries, signal) => {
    const failed: string[] = []
    for (const delivery of deliveries)
      await load(delivery, signal).catch((error: Error) => {
        failed.push(delivery.id)
        onFailure(error)
      })
    return { failed }
  })
  return { deps, queue }
}
