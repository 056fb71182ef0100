import { type DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import { backoffMs } from '../runtime/backoff.ts'
import type { Clock } from '../runtime/clock.ts'
import { callFailure } from './call-failure.ts'

/** The names of the account's tables in this Region, in no order. Keeps trying until the deadline. */
export type TableNames = (
  deadline: AbortSignal
) => Promise<
  | { readonly kind: 'named'; readonly names: readonly string[] }
  | { readonly kind: 'unavailable'; readonly reason: string }
>

/** Names by ListTables, which needs `dynamodb:ListTables`: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ListTables.html */
export const tableNames =
  (client: Pick<DynamoDBClient, 'send'>, clock: Clock): TableNames =>
  async (abortSignal) => {
    const names: string[] = []
    let reason = 'the deadline came before the tables were listed'
    let failures = 0
    let next: string | undefined
    while (!abortSignal.aborted) {
      try {
        const command = new ListTablesCommand({ ExclusiveStartTableName: next })
        const { TableNames, LastEvaluatedTableName } = await client.send(command, { abortSignal })
        if (TableNames === undefined) throw new Error('not an answer of ListTables')
        names.push(...TableNames)
        next = LastEvaluatedTableName
        if (next === undefined) return { kind: 'named', names }
        failures = 0
      } catch (error) {
        const failure = callFailure(error)
        reason = 'reason' in failure ? failure.reason : `DynamoDB does not list tables (${failure.kind})`
        if (failure.kind !== 'refused' && failure.kind !== 'lost') break
        failures += 1
        await clock.sleep(backoffMs(failures, clock.random), abortSignal)
      }
    }
    return { kind: 'unavailable', reason }
  }
