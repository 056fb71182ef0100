import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { ledgerTableName } from '../ledger/ledger-store.ts'
import { createTable } from './create-table.ts'

/** Creates the ledger's table on a loopback DynamoDB unless it is there. On AWS the deployment does that. */
export const createLedgerTable = (client: DynamoDBClient): Promise<void> =>
  createTable(client, {
    name: ledgerTableName,
    keys: [
      { name: 'pk', type: 'S' },
      { name: 'sk', type: 'S' }
    ]
  })
