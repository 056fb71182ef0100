import awsLambdaFastify from '@fastify/aws-lambda'
import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import type { FastifyRequest } from 'fastify'
import { awsParts } from './aws-parts.ts'
import { tableList } from './batch/table-list.ts'
import { asDelivered } from './decode/gateway-event.ts'
import { ledgerTableIn } from './ledger/ledger-store.ts'
import { importTables } from './load/managed/import-tables.ts'
import { buildApp } from './receive/app.ts'
import { readConfig } from './runtime/config.ts'
import { dynamodbClient } from './runtime/dynamodb-client.ts'
import { invocationLog } from './runtime/invocation-log.ts'
import { growHeapSlowly } from './runtime/lean-heap.ts'
import { metricLog } from './runtime/metric-log.ts'
import { systemClock } from './runtime/system-clock.ts'
import { dynamodbWriter } from './write/dynamodb-writer.ts'
import { tableCare } from './write/table-care.ts'
import { tableNames } from './write/table-names.ts'

// The Lambda behind API Gateway: clients are made here and nowhere else.

type LambdaRequest = FastifyRequest & { readonly awsLambda?: { readonly context?: Context } }

growHeapSlowly()
const config = readConfig(process.env)
const client = dynamodbClient(config.DYNAMODB_ENDPOINT)
const { log, during } = invocationLog(
  metricLog((text) => process.stdout.write(text), systemClock.now, config.PUSH_NAME)
)
const { loads, spills } = awsParts(config, process.env.AWS_ENDPOINT_URL)
const imports = importTables(config.PUSH_IMPORTS)
const allowList = config.PUSH_TABLES ?? '*'
const app = buildApp({
  writer: dynamodbWriter(client, systemClock, { kind: config.PUSH_WRITER }),
  ...(spills && { once: { ...spills, log } }),
  ...(loads && { loads: { ...loads, clock: systemClock, care: tableCare(client), imports } }),
  tables: { allowList, names: tableNames(client, systemClock) },
  isAllowed: tableList(allowList, ledgerTableIn(config)),
  deadlineMs: config.PUSH_DEADLINE_MS,
  version: config.PUSH_VERSION,
  log,
  remainingMs: (request) => (request as LambdaRequest).awsLambda?.context?.getRemainingTimeInMillis?.()
})

// Wrapped first, then made ready at top level: start-up is paid once, before the first request.
const answer = awsLambdaFastify(app)
export const handler = (event: APIGatewayProxyEvent, context: Context) => {
  during(context.awsRequestId)
  return answer(asDelivered(event), context)
}
await app.ready()
