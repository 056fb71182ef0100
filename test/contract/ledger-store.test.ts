import { startEngine } from '../support/engines.ts'
import { ledgerIn } from '../support/ledger-in.ts'
import { memoryLedger } from '../support/memory-ledger.ts'
import { ledgerStoreContract } from './ledger-store-contract.ts'

ledgerStoreContract('a ledger in memory', async () => ({ ledger: memoryLedger(), close: async () => {} }))

for (const kind of ['wire', 'sdk'] as const)
  ledgerStoreContract(`a ledger in DynamoDB by the ${kind}`, async () =>
    ledgerIn(await startEngine(process.env), kind)
  )
