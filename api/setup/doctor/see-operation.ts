import {
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  DescribeTimeToLiveCommand,
  DynamoDBClient
} from '@aws-sdk/client-dynamodb'
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ListEventSourceMappingsCommand
} from '@aws-sdk/client-lambda'
import { GetTopicAttributesCommand, SNSClient } from '@aws-sdk/client-sns'
import { GetQueueAttributesCommand, SQSClient } from '@aws-sdk/client-sqs'
import { dynamodbError } from '../../wire/dynamodb-error.ts'
import { dynamodbWire } from '../../wire/dynamodb-wire.ts'
import type { RequestBuffer } from '../../wire/request-buffer.ts'
import type { Outputs } from '../stack-outputs.ts'
import type { AwsSettings } from './aws-settings.ts'
import type { MappingFacts, OperationFacts, QueueFacts, TableFacts } from './operation-facts.ts'

/** Reads alarms' readers, mappings, queues, tables and quotas; changes nothing. What a right is missing for is absent. */
export const seeOperation = async (settings: AwsSettings, outputs: Outputs): Promise<OperationFacts> => {
  const clients = {
    sns: new SNSClient(settings),
    lambda: new LambdaClient(settings),
    sqs: new SQSClient(settings),
    dynamodb: new DynamoDBClient(settings)
  }
  const read = (name: string): string => outputs[name] ?? ''
  try {
    const names = read('Tables')
      .split(',')
      .filter((name) => name !== '' && !name.includes('*'))
    return {
      subscribers: await ifSeen(subscribersOf(clients.sns, read('AlarmTopicArn'))),
      mappings: await ifSeen(
        Promise.all(['LoadFunction', 'SpillFunction'].map((name) => mappingOf(clients.lambda, read(name))))
      ),
      deadLetters: await ifSeen(
        Promise.all(
          ['LoadDeadLettersUrl', 'SpillDeadLettersUrl'].map((name) => messagesIn(clients.sqs, read(name)))
        )
      ),
      tables: await ifSeen(tablesThere(clients.dynamodb, names)),
      concurrency: await ifSeen(concurrencyOf(clients.lambda, read('PushFunction'))),
      hasBulkPut: await ifSeen(hasBulkPut(clients.dynamodb, names[0] ?? 'orders'))
    }
  } finally {
    for (const client of Object.values(clients)) client.destroy()
  }
}

const ifSeen = <T>(seen: Promise<T>): Promise<T | undefined> => seen.catch(() => undefined)

const subscribersOf = async (sns: SNSClient, TopicArn: string): Promise<number> => {
  const { Attributes } = await sns.send(new GetTopicAttributesCommand({ TopicArn }))
  return Number(Attributes?.SubscriptionsConfirmed ?? 0)
}

const mappingOf = async (lambda: LambdaClient, FunctionName: string): Promise<MappingFacts> => {
  const { EventSourceMappings } = await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }))
  return { function: FunctionName, state: EventSourceMappings?.[0]?.State }
}

const messagesIn = async (sqs: SQSClient, QueueUrl: string): Promise<QueueFacts> => {
  const { Attributes } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['ApproximateNumberOfMessages'] })
  )
  return { url: QueueUrl, messages: Number(Attributes?.ApproximateNumberOfMessages ?? 0) }
}

/** Without those that an import is yet to make. */
const tablesThere = async (
  dynamodb: DynamoDBClient,
  names: readonly string[]
): Promise<readonly TableFacts[]> => {
  const tables = await Promise.all(
    names.map((name) =>
      tableOf(dynamodb, name).catch((error: Error) => {
        if (error.name === 'ResourceNotFoundException') return undefined
        throw error
      })
    )
  )
  return tables.filter((table) => table !== undefined)
}

const tableOf = async (dynamodb: DynamoDBClient, TableName: string): Promise<TableFacts> => {
  const { Table } = await dynamodb.send(new DescribeTableCommand({ TableName }))
  const { ContinuousBackupsDescription } = await dynamodb.send(
    new DescribeContinuousBackupsCommand({ TableName })
  )
  const { TimeToLiveDescription } = await dynamodb.send(new DescribeTimeToLiveCommand({ TableName }))
  const provisioned = Table?.ProvisionedThroughput?.WriteCapacityUnits ?? 0
  return {
    name: TableName,
    isRestorable:
      ContinuousBackupsDescription?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === 'ENABLED',
    ttl:
      TimeToLiveDescription?.TimeToLiveStatus === 'ENABLED' ? TimeToLiveDescription.AttributeName : undefined,
    writeUnits: provisioned > 0 ? provisioned : Table?.WarmThroughput?.WriteUnitsPerSecond
  }
}

/** The SDK in use does not know the call: it goes by the wire, and no more than its name is asked for. */
const hasBulkPut = async (dynamodb: DynamoDBClient, table: string): Promise<boolean> => {
  const wire = dynamodbWire(dynamodb, { answerMs: 5_000 })
  try {
    const fill = (buffer: RequestBuffer): void => buffer.text('{"MaxResults":1}')
    const answer = await wire.call('ListBulkOperations', table, fill, AbortSignal.timeout(5_000))
    if (answer.status === 200) return true
    const { name } = dynamodbError(answer)
    if (name === 'UnknownOperationException') return false
    throw new Error(name)
  } finally {
    wire.close()
  }
}

const concurrencyOf = async (lambda: LambdaClient, FunctionName: string) => {
  const { AccountLimit } = await lambda.send(new GetAccountSettingsCommand({}))
  const { ReservedConcurrentExecutions } = await lambda.send(
    new GetFunctionConcurrencyCommand({ FunctionName })
  )
  const limit = AccountLimit?.ConcurrentExecutions
  if (limit === undefined) throw new Error('Lambda tells no limit')
  return {
    limit,
    unreserved: AccountLimit?.UnreservedConcurrentExecutions ?? limit,
    push: ReservedConcurrentExecutions
  }
}
