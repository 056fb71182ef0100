import {
  DescribeContinuousBackupsCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient
} from '@aws-sdk/client-dynamodb'

/** How a table is kept. What may not be asked is undefined. */
export interface Care {
  readonly isRestorable: boolean | undefined
  /** The attribute by which items expire, `null` where they do not. */
  readonly ttl: string | null | undefined
}

/** Asks how a table is kept; never throws. */
export type TableCare = (table: string, signal: AbortSignal) => Promise<Care>

export const tableCare =
  (client: Pick<DynamoDBClient, 'send'>): TableCare =>
  async (TableName, abortSignal) => {
    const [backups, expiry] = await Promise.all([
      client
        .send(new DescribeContinuousBackupsCommand({ TableName }), { abortSignal })
        .catch(() => undefined),
      client.send(new DescribeTimeToLiveCommand({ TableName }), { abortSignal }).catch(() => undefined)
    ])
    const recovery =
      backups?.ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus
    const ttl = expiry?.TimeToLiveDescription
    return {
      isRestorable: recovery === undefined ? undefined : recovery === 'ENABLED',
      ttl: ttl && (ttl.TimeToLiveStatus === 'ENABLED' ? (ttl.AttributeName ?? null) : null)
    }
  }
