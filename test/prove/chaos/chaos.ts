import { setTimeout as wait } from 'node:timers/promises'
import { DynamoDBClient, paginateScan, QueryCommand } from '@aws-sdk/client-dynamodb'
import { clientSettings } from '../../../api/runtime/client-settings.ts'
import { s3Client } from '../../../api/runtime/s3-client.ts'
import { type DeployedStack, startStack } from '../../support/aws-stack.ts'
import { diceOf } from '../../support/bulk-world.ts'
import { startFaultProxy } from '../../support/fault-proxy.ts'
import { snowflakeSession } from '../../support/snowflake-session.ts'
import { alarmsOf, publishMetrics, sumOf } from './alarm-metrics.ts'
import { restlessQueues } from './restless-queues.ts'
import { type Batch, completed, type PushedBatch, pushed } from './snowflake-side.ts'
import { type Faults, throttledInTurn } from './throttled-in-turn.ts'
import { badPerChunk, digitsOf, idOf, isBad, leftOf, type UnloadedRun, unload } from './unloaded-runs.ts'
import { killWorkers } from './worker-killer.ts'

// The deployed stacks in the emulated AWS under everything at once: workers of chunks and of spilled batches killed
// at their work, messages doubled and overtaken, table and ledger throttled in turn. Every run must end, every row
// be where its answer says, and whatever was lost be seen by the metric of an alarm.
// Arguments: seconds of chaos (120), seed (the time).

const [seconds = 120, seed = Date.now()] = process.argv.slice(2).map(Number)
const ledgerTable = 'push_to_dynamo_ledger'
const lanesOfPushes = 3
const random = diceOf(seed)
const runs: readonly UnloadedRun[] = [
  { run: 'plain', chunks: 6, rowsPerChunk: 3_000, options: { max_wcu: 800 } },
  { run: 'versioned', chunks: 6, rowsPerChunk: 3_000, options: { version: 'v', max_wcu: 800 } }
]

const beganMs = Date.now()
const say = (text: string): void => {
  process.stdout.write(`${String(Math.round((Date.now() - beganMs) / 1000)).padStart(4)} s  ${text}\n`)
}
const wrong: string[] = []
const check = (isTrue: boolean, text: string): void => {
  if (!isTrue) wrong.push(text)
}

const itemsOf = async (table: DynamoDBClient): Promise<Map<string, string>> => {
  const items = new Map<string, string>()
  for await (const { Items = [] } of paginateScan({ client: table }, { TableName: 'orders' }))
    for (const { id, n } of Items) items.set(id?.S ?? '', n?.N ?? '')
  return items
}

/** How often workers took the chunks of a run. */
const claimsOf = async (table: DynamoDBClient, run: string): Promise<number> => {
  const { Items = [] } = await table.send(
    new QueryCommand({
      TableName: ledgerTable,
      KeyConditionExpression: 'pk = :pk AND begins_with(sk, :chunk)',
      ExpressionAttributeValues: { ':pk': { S: `run#${run}` }, ':chunk': { S: 'chunk#' } }
    })
  )
  return Items.reduce((sum, { claims }) => sum + Number(claims?.N ?? 0), 0)
}

const stack: DeployedStack = await startStack({ orders: 'id:S' }, { api: { deadlineMs: 300 } })
const { aws, outputs } = stack
const { Bucket = '', PushFunction = '', LoadFunction = '', SpillFunction = '' } = outputs
const dynamodb = await startFaultProxy(aws.endpoint, aws.ca)
const queues = await restlessQueues(aws.endpoint, aws.ca ?? '', random)
const table = new DynamoDBClient(clientSettings(aws))
const root = s3Client(aws)
try {
  for (const name of [PushFunction, LoadFunction, SpillFunction])
    await stack.setEnvironment(name, {
      AWS_ENDPOINT_URL: queues.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint
    })
  const snowflake = await snowflakeSession(stack)
  const unloader = s3Client({ ...aws, credentials: await stack.assume(outputs.UnloadRoleArn ?? '') })
  const faults: Faults = { table: 0, ledger: 0 }
  dynamodb.play(throttledInTurn(ledgerTable, random, faults))
  say(`${seconds} s of chaos, seed ${seed}`)

  const peace = new AbortController()
  const killing = killWorkers(aws, [LoadFunction, SpillFunction], random, peace.signal)
  /** Lanes that push batch after batch, as the threads of a warehouse do, until there is peace. */
  const batches: Batch[] = []
  const answers: Array<Promise<PushedBatch>> = []
  const lanes = Array.from({ length: lanesOfPushes }, async () => {
    while (!peace.signal.aborted) {
      const n = batches.length
      const batch = { id: `query:1:1:${n}:chaos`, prefix: `http${n}`, rows: 2_000 }
      batches.push(batch)
      const answer = pushed(snowflake, batch, random)
      answers.push(answer)
      await answer.catch(() => {})
    }
  })
  for (const each of runs) await unload(unloader, Bucket, each)
  await wait(seconds * 1_000)
  peace.abort()
  const killed = await killing
  dynamodb.play(() => 'pass')
  queues.calm()
  say(
    `${killed} workers killed, ${queues.doubled()} messages doubled, ${JSON.stringify(faults)} calls refused; now peace`
  )

  const ends = await Promise.all(runs.map(({ run }) => completed(snowflake, run)))
  await Promise.all(lanes)
  const answered = await Promise.allSettled(answers)
  const items = await itemsOf(table)
  say(`${items.size} items in the table`)
  let wanted = 0
  let sentAgain = 0
  for (const [n, each] of runs.entries()) {
    const { run, chunks, rowsPerChunk } = each
    const [status, redrives] = ends[n] ?? []
    const bad = badPerChunk(each)
    say(`${run}: ${JSON.stringify(status)}, ${redrives} redrives`)
    check(status?.state === 'complete', `${run} is ${status?.state}`)
    const { read, written, rejected } = status?.rows ?? {}
    const counts = [read, written, rejected]
    const right = [chunks * rowsPerChunk, chunks * (rowsPerChunk - bad), chunks * bad]
    check(String(counts) === String(right), `${run} counts ${counts}, not ${right}`)
    for (let chunk = 0; chunk < chunks; chunk += 1)
      for (let row = 0; row < rowsPerChunk; row += 1) {
        if (isBad(row)) continue
        wanted += 1
        const id = idOf(run, chunk, row)
        check(items.get(id) === digitsOf(chunk, row), `${id} is ${items.get(id)}`)
      }
    const left = await leftOf(root, Bucket, each)
    check(
      left.rejected.every((numbers) => numbers.length === bad && new Set(numbers).size === bad),
      `${run} has rejected ${left.rejected.map(({ length }) => length)}`
    )
    check(left.moved.length === chunks && left.waiting.length === 0, `${run} left ${left.waiting}`)
    check(left.audited.length >= chunks && left.ends.length > 0, `${run} is audited ${left.audited}`)
  }
  for (const [n, { prefix, rows }] of batches.entries()) {
    const answer = answered[n]
    if (answer?.status !== 'fulfilled') {
      wrong.push(`${prefix}: ${answer?.reason}`)
      continue
    }
    const { statuses, unprocessed } = answer.value
    sentAgain += unprocessed
    check(statuses.length === rows, `${prefix} has ${statuses.length} answers`)
    for (const [row, status] of statuses.entries()) {
      wanted += 1
      check(status === 'written', `${prefix}-${row} is ${status}`)
      check(items.get(`${prefix}-${row}`) === String(row), `${prefix}-${row} is not in the table`)
    }
  }
  check(items.size === wanted, `${items.size} items of ${wanted}`)

  const logs = await Promise.all([PushFunction, LoadFunction, SpillFunction].map((name) => stack.logOf(name)))
  const sums = await publishMetrics(aws, logs.flat())
  const errors = {
    load: await sumOf(aws, 'Errors', LoadFunction),
    spill: await sumOf(aws, 'Errors', SpillFunction)
  }
  const claims = (await Promise.all(runs.map(({ run }) => claimsOf(table, run)))).reduce((a, b) => a + b, 0)
  const visited = (logs[1] ?? []).filter(
    (line) => line.includes('"event":"chunk_visited"') && !line.includes('"end":"busy"')
  ).length
  const failed = sums.get('MessagesFailed') ?? 0
  const unprocessed = sums.get('RowsUnprocessed') ?? 0
  say(`${sentAgain} rows came back unprocessed and were sent again; the metric counts ${unprocessed}`)
  check(unprocessed >= sentAgain, 'rows came back unprocessed that no metric has seen')
  say(
    `errors ${JSON.stringify(errors)}; ${claims} claims of chunks, ${visited} visits ended, ${failed} messages failed`
  )
  check(errors.load >= 5 && errors.spill >= 2, 'hardly a worker died at its work: more seconds of chaos')
  check(claims - visited <= errors.load + failed, 'a visit ended that no metric has seen')
  const alarms = await alarmsOf(aws)
  const watched = new Set(alarms.map(({ metric }) => metric))
  for (const metric of ['Errors', 'Throttles', 'LedgerLost', 'MessagesFailed'])
    check(watched.has(metric), `no alarm watches ${metric}`)
  check((sums.get('Throttles') ?? 0) > 0, 'the throttled table is in no metric')
  check((sums.get('LedgerLost') ?? 0) + failed > 0, 'the throttled ledger is in no metric')
  const off = alarms.filter(({ isOff }) => isOff).map(({ alarm }) => alarm.replace(/^.*-(?=Alarms)/, ''))
  say(`alarms that went off: ${off.join(', ')}`)
  for (const lane of ['Load', 'Spill'])
    check(
      off.some((name) => name.includes(`${lane}Errors`)),
      `the alarm ${lane}Errors did not go off`
    )
  unloader.destroy()
} finally {
  table.destroy()
  root.destroy()
  await dynamodb.close()
  await queues.close()
  await stack.stop()
}
for (const text of wrong.slice(0, 20)) process.stdout.write(`WRONG ${text}\n`)
process.stdout.write(
  `chaos: ${wrong.length === 0 ? 'every row is accounted for' : `${wrong.length} things are wrong`}\n`
)
process.exit(wrong.length === 0 ? 0 : 1)
