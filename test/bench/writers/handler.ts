import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { inParallel } from '../../../api/runtime/in-parallel.ts'
import { sliceRows, stopwatch, task } from '../measured.ts'
import { batchBody } from '../rows.ts'

// This project's HTTP side as it runs on Lambda: an event of API Gateway in, the answer out, no ledger. `BENCH_BUNDLE`
// is what is deployed. A body becomes text when its turn comes, in the time that counts: a Lambda's runtime makes each
// event of bytes, too, and holds no others.

const { endpoint, rows, mode, inFlight } = task()
Object.assign(process.env, {
  DYNAMODB_ENDPOINT: endpoint,
  PUSH_TABLES: 'orders',
  AWS_LAMBDA_FUNCTION_NAME: 'bench',
  AWS_REGION: 'us-east-1',
  AWS_ACCESS_KEY_ID: 'bench',
  AWS_SECRET_ACCESS_KEY: 'bench'
})
type Handler = typeof import('../../../api/http.ts')
const { handler } = (await import(process.env.BENCH_BUNDLE ?? '')) as Handler
const context = { getRemainingTimeInMillis: () => 60_000, awsRequestId: 'bench' } as Context
const batchRows = 500

const eventOf = (body: Buffer): APIGatewayProxyEvent =>
  ({
    httpMethod: 'POST',
    path: '/push',
    resource: '/push',
    headers: { 'content-type': 'application/json' },
    multiValueHeaders: { 'content-type': ['application/json'] },
    requestContext: { requestId: 'bench', stage: 'v1', path: '/v1/push' },
    body: body.toString(),
    isBase64Encoded: false
  }) as unknown as APIGatewayProxyEvent

const watch = stopwatch()
let claimed = 0
let end = 'ok'
for (let first = 0; first < rows; first += sliceRows) {
  const bodies: Buffer[] = []
  for (let from = first; from < Math.min(rows, first + sliceRows); from += batchRows)
    bodies.push(Buffer.from(batchBody(from, Math.min(rows, from + batchRows), mode)))
  const answers: string[] = []
  await watch.run(() =>
    inParallel(inFlight, bodies, async (sent) => {
      const { statusCode, body } = await handler(eventOf(sent), context)
      if (statusCode !== 200) end = `${statusCode}`
      answers.push(body)
    })
  )
  for (const body of answers) claimed += body.match(/"written"/g)?.length ?? 0
}
watch.tell(claimed, end)
process.exit(0)
