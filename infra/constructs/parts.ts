import type { RestApi } from 'aws-cdk-lib/aws-apigateway'
import type { OurMetric } from './log-metrics.ts'
import type { ServiceFunction } from './service-function.ts'
import type { WorkQueue } from './work-queue.ts'

/** What alarms and dashboard look at. */
export interface Parts {
  /** The name of its table. */
  readonly ledger: string
  readonly api: RestApi
  readonly functions: {
    readonly push: ServiceFunction
    readonly load: ServiceFunction
    readonly spill: ServiceFunction
  }
  readonly queues: { readonly load: WorkQueue; readonly spill: WorkQueue }
  readonly ours: OurMetric
}
