import { dynamodbLedger } from '../../api/ledger/dynamodb-ledger.ts'
import type { LedgerStore } from '../../api/ledger/ledger-store.ts'
import { createLedgerTable } from '../../api/local/ledger-table.ts'
import { ledgerClient } from '../../api/runtime/dynamodb-client.ts'
import type { Engine } from './engines.ts'

/** The ledger in an engine of its own, which ends with it. */
export const ledgerIn = async ({
  endpoint,
  stop
}: Engine): Promise<{ ledger: LedgerStore; close(): Promise<void> }> => {
  const client = ledgerClient(endpoint)
  await createLedgerTable(client)
  return {
    ledger: dynamodbLedger(client),
    async close() {
      client.destroy()
      await stop()
    }
  }
}
