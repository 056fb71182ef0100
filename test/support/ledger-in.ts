import type { LedgerStore } from '../../api/ledger/ledger-store.ts'
import { openLedger } from '../../api/ledger/open-ledger.ts'
import { createLedgerTable } from '../../api/local/ledger-table.ts'
import { readConfig } from '../../api/runtime/config.ts'
import type { Engine } from './engines.ts'
import { outsideClient } from './test-app.ts'

/** The ledger in an engine of its own, which ends with it; by the wire unless `PUSH_WRITER` says otherwise. */
export const ledgerIn = async (
  { endpoint, stop }: Engine,
  kind = readConfig(process.env).PUSH_WRITER
): Promise<{ ledger: LedgerStore; close(): Promise<void> }> => {
  const client = outsideClient(endpoint)
  await createLedgerTable(client)
  client.destroy()
  const { ledger, close } = openLedger({ endpoint, kind })
  return {
    ledger,
    async close() {
      close()
      await stop()
    }
  }
}
