import { Duration, Stack, Tokenization } from 'aws-cdk-lib'
import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import type { ITopic } from 'aws-cdk-lib/aws-sns'
import { Construct } from 'constructs'
import { semiSpaceMb } from '../../api/runtime/lean-heap.ts'
import { gatewayMs } from '../../api/runtime/time-budgets.ts'
import type { Bundles } from '../bundles.ts'
import { importedTables } from '../imported-tables.ts'
import type { Settings } from '../settings.ts'
import { Alarms } from './alarms.ts'
import { allowLoading, QueueWorker } from './bulk-loader.ts'
import type { Called } from './called.ts'
import { allowKeysOfBucket } from './chunk-bucket.ts'
import { deployGradually, liveAlias } from './gradual.ts'
import type { KeptParts } from './kept-parts.ts'
import { loadVisit, spillVisit } from './kept-parts.ts'
import { AccessMetrics, metricsIn, type OurMetric } from './log-metrics.ts'
import { allowKeys, allowTableKeys, arnsOf } from './own-key.ts'
import type { Parts } from './parts.ts'
import { RowApi } from './row-api.ts'
import { ServiceDashboard } from './service-dashboard.ts'
import { ServiceFunction, type ServiceFunctionProps } from './service-function.ts'
import { SnowflakeTrust } from './snowflake-trust.ts'
import { watchedOf } from './watched.ts'

export interface ServicePartsProps {
  readonly settings: Settings
  readonly called: Called
  readonly kept: KeptParts
  readonly bundles: Bundles
  /** A topic of the app in place of the settings'. */
  readonly topic?: ITopic | undefined
}

/** API Gateway waits no longer. */
const longestAnswer = Duration.millis(gatewayMs)

/** What can be replaced at any time: API, functions, Snowflake's roles, alarms. */
export class ServiceParts extends Construct {
  readonly functions: Parts['functions']
  readonly trust: SnowflakeTrust
  readonly api: RestApi
  readonly alarms: Alarms
  readonly ours: OurMetric
  private readonly props: ServicePartsProps

  constructor(scope: Construct, id: string, props: ServicePartsProps) {
    super(scope, id)
    this.props = props
    const { settings, called, kept, topic } = props
    this.functions = this.makeFunctions()
    const { push } = this.functions
    this.trust = new SnowflakeTrust(this, 'Snowflake', {
      called,
      snowflake: settings.snowflake,
      key: kept.key
    })
    const alias = settings.api.gradual ? liveAlias(this, push.lambda) : undefined
    const { api, accessLog } = new RowApi(this, 'Rows', {
      name: called.name,
      push: alias ?? push.lambda,
      settings: settings.api,
      tracing: settings.tracing,
      logDays: settings.logDays,
      invokeRole: this.trust.invokeRole,
      sessionArn: this.trust.sessionArn,
      vpcs: settings.snowflake.vpcs
    })
    this.api = api

    new AccessMetrics(this, 'AccessMetrics', called.name, accessLog)
    this.ours = metricsIn(called.name)
    const queues = { load: kept.loadQueue, spill: kept.spillQueue }
    const { functions, ours } = this
    const parts = { ledger: called.ledger ?? kept.ledger.table.tableName, api, functions, queues, ours }
    this.alarms = new Alarms(this, 'Alarms', settings.alarms, {
      watched: watchedOf(parts, settings.alarms),
      topic,
      key: kept.key
    })
    if (alias) deployGradually(this, alias, this.alarms.named('ServerErrors', 'PushErrors'))
    new ServiceDashboard(this, 'Watch', parts)
  }

  /** What set-up and doctor read: infra/outputs.ts makes one file of it. */
  outputs(): Readonly<Record<string, string>> {
    const { push, load, spill } = this.functions
    const { region, account } = Stack.of(this)
    return {
      ApiUrl: this.api.url,
      ApiId: this.api.restApiId,
      InvokeRoleArn: this.trust.invokeRole.roleArn,
      UnloadRoleArn: this.trust.unloadRole.roleArn,
      AlarmTopicArn: this.alarms.topic.topicArn,
      PushFunction: push.lambda.functionName,
      LoadFunction: load.lambda.functionName,
      SpillFunction: spill.lambda.functionName,
      Tables: this.props.kept.tables.list,
      Region: region,
      Account: account
    }
  }

  private makeFunctions(): Parts['functions'] {
    const { settings, called, kept } = this.props
    const { bucket } = called
    const { tables, ledger, loadQueue, spillQueue, events, key } = kept
    const push = new ServiceFunction(
      this,
      'Push',
      this.functionOf('push', longestAnswer, 'Answers row batches of Snowflake')
    )
    allowKeysOfBucket(bucket, push.role, {
      read: ['spill/*', 'unload/*'],
      write: ['spill/*', 'unload/*/manifest.json', 'audit/rows/*']
    })
    for (const queue of [loadQueue, spillQueue]) queue.allowSend(push.role)
    tables.allowList(push.role)

    const load = new QueueWorker(this, 'Load', {
      function: this.functionOf('load', loadVisit, 'Loads chunks from the bucket'),
      queue: loadQueue,
      workers: settings.workers.load
    })
    allowLoading(bucket, load, events)
    const spill = new QueueWorker(this, 'Spill', {
      function: this.functionOf('spill', spillVisit, 'Finishes row batches that ran out of time'),
      queue: spillQueue,
      workers: settings.workers.spill
    })
    allowKeysOfBucket(bucket, spill.worker.role, {
      read: ['spill/*'],
      write: ['spill/*', 'audit/rows/*'],
      remove: ['spill/*']
    })

    tables.allowImports(load.worker.role)
    const functions = { push, load: load.worker, spill: spill.worker }
    for (const { role } of Object.values(functions)) {
      if (role === load.worker.role) tables.allowJobs(role)
      else tables.allowWrite(role)
      ledger.allowUse(role)
      allowKeys(role, arnsOf(key))
      allowTableKeys(role, arnsOf(key))
    }
    return functions
  }

  private functionOf(
    lane: 'push' | 'load' | 'spill',
    timeout: Duration,
    description: string
  ): ServiceFunctionProps {
    const { settings, called, kept, bundles } = this.props
    const { tables, ledger, loadQueue, spillQueue, events } = kept
    return {
      description,
      timeout,
      bundle: lane === 'push' ? bundles.push : bundles.bulk,
      memoryMb: settings.memoryMb[lane],
      reservedConcurrency: settings.reservedConcurrency[lane],
      logDays: settings.logDays,
      tracing: settings.tracing,
      environment: {
        PUSH_NAME: called.name,
        PUSH_TABLES: tables.list,
        ...(settings.bulk.tables && { PUSH_BULK_TABLES: JSON.stringify(settings.bulk.tables) }),
        ...(Object.keys(settings.bulk.imports).length > 0 && {
          PUSH_IMPORTS: JSON.stringify(importedTables(settings.bulk.imports))
        }),
        PUSH_DEADLINE_MS: Tokenization.stringifyNumber(settings.api.deadlineMs),
        PUSH_VERSION: bundles.version,
        PUSH_BUCKET: called.bucket,
        PUSH_LOAD_QUEUE_URL: loadQueue.work.queueUrl,
        PUSH_SPILL_QUEUE_URL: spillQueue.work.queueUrl,
        PUSH_EVENT_BUS: events.eventBusName,
        ...(called.ledger === undefined && { PUSH_LEDGER: ledger.table.tableName }),
        NODE_OPTIONS: `--max-semi-space-size=${semiSpaceMb}`
      }
    }
  }
}
