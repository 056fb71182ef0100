import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { semiSpaceMb } from '../../api/runtime/lean-heap.ts'
import { gatewayMs } from '../../api/runtime/time-budgets.ts'
import type { Bundles } from '../bundle.ts'
import { Alarms } from '../constructs/alarms.ts'
import { allowLoading, QueueWorker } from '../constructs/bulk-loader.ts'
import { allowKeysOfBucket, bucketNameOf } from '../constructs/chunk-bucket.ts'
import { deployGradually, liveAlias } from '../constructs/gradual.ts'
import { AccessMetrics, metricsIn } from '../constructs/log-metrics.ts'
import { allowKeys, allowTableKeys, arnsOf } from '../constructs/own-key.ts'
import { RowApi } from '../constructs/row-api.ts'
import { ServiceDashboard } from '../constructs/service-dashboard.ts'
import { ServiceFunction, type ServiceFunctionProps } from '../constructs/service-function.ts'
import { SnowflakeTrust } from '../constructs/snowflake-trust.ts'
import { watchedOf } from '../constructs/watched.ts'
import type { Settings } from '../settings.ts'
import { loadVisit, type StateStack, spillVisit } from './state-stack.ts'

export interface ServiceStackProps extends StackProps {
  readonly settings: Settings
  readonly state: StateStack
  readonly bundles: Bundles
}

/** API Gateway waits no longer. */
const longestAnswer = Duration.millis(gatewayMs)

/** What can be replaced at any time: API, functions, Snowflake's roles, alarms. */
export class ServiceStack extends Stack {
  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, { ...props, description: 'push_to_dynamo: API, loaders, roles of Snowflake' })
    const { settings, state, bundles } = props
    const { name } = settings
    const { tables, ledger, loadQueue, spillQueue, events, key } = state

    const functionOf = (
      lane: 'push' | 'load' | 'spill',
      timeout: Duration,
      description: string
    ): ServiceFunctionProps => ({
      description,
      timeout,
      bundle: lane === 'push' ? bundles.push : bundles.bulk,
      memoryMb: settings.memoryMb[lane],
      reservedConcurrency: settings.reservedConcurrency[lane],
      logDays: settings.logDays,
      tracing: settings.tracing,
      environment: {
        PUSH_NAME: name,
        PUSH_TABLES: tables.names.join(','),
        ...(settings.bulk.tables && { PUSH_BULK_TABLES: JSON.stringify(settings.bulk.tables) }),
        PUSH_DEADLINE_MS: String(settings.api.deadlineMs),
        PUSH_VERSION: bundles.version,
        PUSH_BUCKET: bucketNameOf(name),
        PUSH_LOAD_QUEUE_URL: loadQueue.work.queueUrl,
        PUSH_SPILL_QUEUE_URL: spillQueue.work.queueUrl,
        PUSH_EVENT_BUS: events.eventBusName,
        ...(lane === 'push' ? {} : { NODE_OPTIONS: `--max-semi-space-size=${semiSpaceMb}` })
      }
    })

    const push = new ServiceFunction(
      this,
      'Push',
      functionOf('push', longestAnswer, 'Answers row batches of Snowflake')
    )
    allowKeysOfBucket(name, push.role, {
      read: ['spill/*', 'unload/*/manifest.json'],
      write: ['spill/*', 'unload/*/manifest.json']
    })
    for (const queue of [loadQueue, spillQueue]) queue.allowSend(push.role)
    tables.allowList(push.role)

    const loader = new QueueWorker(this, 'Load', {
      function: functionOf('load', loadVisit, 'Loads chunks from the bucket'),
      queue: loadQueue,
      workers: settings.workers.load
    })
    allowLoading(name, loader, events)
    const spill = new QueueWorker(this, 'Spill', {
      function: functionOf('spill', spillVisit, 'Finishes row batches that ran out of time'),
      queue: spillQueue,
      workers: settings.workers.spill
    })
    allowKeysOfBucket(name, spill.worker.role, { read: ['spill/*'], write: ['spill/*'], remove: ['spill/*'] })

    const functions = { push, load: loader.worker, spill: spill.worker }
    for (const { role } of Object.values(functions)) {
      tables.allowWrite(role)
      ledger.allowUse(role)
      allowKeys(role, arnsOf(key))
      allowTableKeys(role, arnsOf(key))
    }

    const trust = new SnowflakeTrust(this, 'Snowflake', {
      name,
      snowflake: settings.snowflake,
      key
    })
    const alias = settings.api.gradual ? liveAlias(this, push.lambda) : undefined
    const { api, accessLog } = new RowApi(this, 'Rows', {
      name,
      push: alias ?? push.lambda,
      settings: settings.api,
      tracing: settings.tracing,
      logDays: settings.logDays,
      invokeRole: trust.invokeRole,
      sessionArn: trust.sessionArn
    })

    new AccessMetrics(this, 'AccessMetrics', name, accessLog)
    const queues = { load: loadQueue, spill: spillQueue }
    const parts = { name, api, functions, queues, ours: metricsIn(name) }
    const alarms = new Alarms(this, 'Alarms', {
      settings: settings.alarms,
      watched: watchedOf(parts, settings.alarms),
      key
    })
    if (alias) deployGradually(this, alias, alarms.named('ServerErrors', 'PushErrors'))
    new ServiceDashboard(this, 'Watch', parts)

    // infra/outputs.ts makes one file of these.
    const outputs = {
      ApiUrl: api.url,
      ApiId: api.restApiId,
      InvokeRoleArn: trust.invokeRole.roleArn,
      UnloadRoleArn: trust.unloadRole.roleArn,
      AlarmTopicArn: alarms.topic.topicArn,
      PushFunction: push.lambda.functionName,
      LoadFunction: loader.worker.lambda.functionName,
      SpillFunction: spill.worker.lambda.functionName,
      Tables: tables.names.join(','),
      Region: this.region,
      Account: this.account
    }
    for (const [name, value] of Object.entries(outputs)) new CfnOutput(this, name, { value })
  }
}
