import { inject } from 'vitest'
import { ledgerStoreContract } from '../contract/ledger-store-contract.ts'
import { ledgerIn } from '../support/ledger-in.ts'

ledgerStoreContract('a ledger in DynamoDB (ministack)', () =>
  ledgerIn({ ...inject('plainAws'), stop: async () => {} })
)
