import { ledgerStoreContract } from '../contract/ledger-store-contract.ts'
import { ledgerIn } from '../support/ledger-in.ts'
import { startMinistack } from '../support/ministack.ts'

ledgerStoreContract('a ledger in DynamoDB (ministack)', async () =>
  ledgerIn(await startMinistack({ secure: false }))
)
