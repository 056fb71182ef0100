import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readQueueMessage } from '../decode/queue-message.ts'
import { dynamodbLedger } from '../ledger/dynamodb-ledger.ts'
import { dynamodbMeters } from '../ledger/dynamodb-meters.ts'
import type { LedgerStore } from '../ledger/ledger-store.ts'
import { ledgerClient } from '../runtime/dynamodb-client.ts'
import type { Log } from '../runtime/log.ts'
import { systemClock } from '../runtime/system-clock.ts'
import type { TableList } from '../runtime/table-list.ts'
import { drainSpill } from '../spill/drain-spill.ts'
import type { OnceDeps } from '../spill/once-deps.ts'
import type { Writer } from '../write/write-rows.ts'
import { folderStore } from './folder-store.ts'
import { localQueue } from './local-queue.ts'

/** The same number of workers as the deployment gives the queue of spilled batches. */
const spillWorkers = 5

/** The ledger, and an in-process queue with workers for spilled batches, in place of SQS, S3 and Lambda. */
export interface LocalOnce {
  readonly deps: OnceDeps
  /** All of it, for the bulk path in the same process. */
  readonly ledger: LedgerStore
  close(): Promise<void>
}

export const openOnce = async (
  endpoint: string,
  writer: Writer,
  isAllowed: TableList,
  log: Log
): Promise<LocalOnce> => {
  const client = ledgerClient(endpoint)
  const folder = await mkdtemp(join(tmpdir(), 'push-to-dynamo-'))
  const queue = localQueue({
    visibilityMs: 120_000,
    maxReceiveCount: 5,
    pollers: spillWorkers,
    clock: systemClock,
    closeMs: 2_000,
    onFailure: (error) => log({ event: 'spill_failed', cause: (error as Error).name })
  })
  const ledger = dynamodbLedger(client)
  const deps: OnceDeps = {
    ledger,
    meters: dynamodbMeters(client),
    store: folderStore(folder),
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
  return {
    deps,
    ledger,
    async close() {
      await queue.close().catch(() => undefined)
      client.destroy()
      await rm(folder, { recursive: true, force: true })
    }
  }
}
