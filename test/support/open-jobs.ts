import { valueText } from '../../api/plan/same-item.ts'
import { parseItem } from '../../api/plan/wire.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { dynamodbJobs } from '../../api/write/dynamodb-jobs.ts'
import type { ManagedJobs } from '../../api/write/managed-jobs.ts'
import type { JobWorld } from './bulk-operations.ts'
import type { BulkWorld } from './bulk-world.ts'
import { type DynamodbWithJobs, startDynamodbWithJobs } from './dynamodb-with-jobs.ts'

/** What a file of tests shares: a DynamoDB with jobs, and the loader's way to it. */
export interface Jobs {
  readonly dynamodb: DynamodbWithJobs
  readonly managed: ManagedJobs
  readonly close: () => Promise<void>
}

/**
 * Opens a DynamoDB whose jobs read the bucket of a world, and write into its table unless told otherwise.
 *
 * @param current the world at hand, which each test may replace
 */
export const openJobs = async (
  current: () => BulkWorld,
  jobWorld: Partial<Omit<JobWorld, 'store'>> = {}
): Promise<Jobs> => {
  const dynamodb = await startDynamodbWithJobs({
    get store() {
      return current().store
    },
    tables: { orders: ['id'] },
    async put(_table, items) {
      for (const item of items) {
        const read = parseItem(JSON.stringify(item))
        const id = read.get('id')
        if (id) current().port.items.set(`${valueText(id)} `, read)
      }
    },
    ...jobWorld
  })
  const client = dynamodbClient(dynamodb.endpoint)
  return {
    dynamodb,
    managed: dynamodbJobs(client, { bucket: 'chunks', waitMs: (tries) => 1_000 * (tries + 1) }),
    close: async () => {
      client.destroy()
      await dynamodb.close()
    }
  }
}
