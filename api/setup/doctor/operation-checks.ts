import { leftForOthers } from '../../../infra/concurrency.ts'
import { advice, failed, ok, type Verdict } from './finding.ts'
import type { OperationFacts } from './operation-facts.ts'

const unseen = (what: string, right: string): Verdict =>
  advice(`${what} could not be seen`, what, `give the doctor the right ${right}`)

/** 14: somebody hears an alarm. */
export const alarmsAreHeard = ({ subscribers }: OperationFacts): Verdict => {
  if (subscribers === undefined) return unseen('the readers of the alarms', 'sns:GetTopicAttributes')
  return subscribers > 0
    ? ok(`${subscribers} told when an alarm goes off`)
    : advice(
        'nobody is told when an alarm goes off',
        'a confirmed subscription of the alarms topic',
        'set alarms.mail or alarms.topicArn in cdk.json, npm run deploy, and confirm the mail'
      )
}

/** 15: messages of the queues reach their functions, and none was given up. */
export const queuesAreWorked = ({ mappings, deadLetters }: OperationFacts): Verdict => {
  if (mappings === undefined) return unseen('who works on the queues', 'lambda:ListEventSourceMappings')
  const idle = mappings.find(({ state }) => state !== 'Enabled')
  if (idle !== undefined)
    return failed(
      `the event source mapping of ${idle.function} is ${idle.state ?? 'not there'}`,
      'an enabled event source mapping from each queue to its function',
      'npm run deploy -- --revert-drift, or aws lambda update-event-source-mapping --enabled'
    )
  if (deadLetters === undefined) return unseen('the dead letters', 'sqs:GetQueueAttributes')
  const dead = deadLetters.filter(({ messages }) => messages > 0)
  return dead.length === 0
    ? ok('both queues are worked on, and no message was given up')
    : advice(
        dead.map(({ url, messages }) => `${messages} dead letters in ${url}`).join(', '),
        'no dead letters',
        'see message_failed in the logs of load and spill, then send them back: infra/README.md, Dead letters'
      )
}

/** 16: a table can be put back to where it was before a wrong load. */
export const tablesAreRestorable = ({ tables }: OperationFacts): Verdict => {
  if (tables === undefined)
    return unseen('point-in-time recovery of the tables', 'dynamodb:DescribeContinuousBackups')
  const open = tables.filter(({ isRestorable }) => !isRestorable).map(({ name }) => name)
  return open.length === 0
    ? ok('every table can be restored to a point in time')
    : advice(
        `no point-in-time recovery for ${open.join(', ')}`,
        'point-in-time recovery for tables that bulk loads write',
        open
          .map(
            (name) =>
              `aws dynamodb update-continuous-backups --table-name ${name} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`
          )
          .join(' && ')
      )
}

/** 17: options `ttl` and `tombstone` only write an attribute; DynamoDB looks at it where TTL is on. */
export const tablesExpire = ({ tables }: OperationFacts): Verdict => {
  if (tables === undefined) return unseen('TTL of the tables', 'dynamodb:DescribeTimeToLive')
  const without = tables.filter(({ ttl }) => ttl === undefined).map(({ name }) => name)
  return without.length === 0
    ? ok('TTL is on for every table')
    : advice(
        `TTL is off for ${without.join(', ')}: with options ttl and tombstone nothing would ever expire there`,
        'TTL on where those options are used',
        `aws dynamodb update-time-to-live --table-name ${without[0]} --time-to-live-specification Enabled=true,AttributeName=…`
      )
}

/** 18: a new on-demand table takes 4,000 units a second at first. */
export const tablesAreWarm = ({ tables }: OperationFacts): Verdict => {
  if (tables === undefined) return unseen('the units of the tables', 'dynamodb:DescribeTable')
  const stated = tables.filter(({ writeUnits }) => writeUnits !== undefined)
  return ok(
    stated.map(({ name, writeUnits }) => `${name} takes ${writeUnits} write units a second`).join(', ') ||
      'no table says how much it takes'
  )
}

/** 19: the push function cannot take what other functions of the account need. */
export const concurrencyIsShared = ({ concurrency }: OperationFacts): Verdict => {
  if (concurrency === undefined) return unseen('the concurrency of Lambda', 'lambda:GetAccountSettings')
  const { limit, unreserved, push } = concurrency
  const saw = `limit ${limit}, ${unreserved} of it not reserved, push ${push === undefined ? 'reserves none' : `reserves ${push}`}`
  return push !== undefined && unreserved >= leftForOthers
    ? ok(saw)
    : advice(
        saw,
        `a reservation for push, and ${leftForOthers} left for others`,
        'set reservedConcurrency.push in cdk.json; npm run deploy proposes a number'
      )
}

/** 20: engine `bulk_put` of bulk loads can be had here. */
export const bulkPutIsKnown = ({ hasBulkPut }: OperationFacts): Verdict => {
  if (hasBulkPut === undefined) return unseen('jobs of DynamoDB', 'dynamodb:ListBulkOperations')
  return hasBulkPut
    ? ok("DynamoDB knows StartBulkPutItems: engine 'bulk_put' can be had")
    : advice(
        'DynamoDB of this Region does not know StartBulkPutItems',
        "a Region that has it, where loads name engine 'bulk_put'",
        "leave engine out of the options of loads: 'workers' is the default"
      )
}
