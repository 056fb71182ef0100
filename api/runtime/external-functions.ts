import { batchRows } from './deployment-numbers.ts'

/** Every path below the API's base URL that takes batches of Snowflake: POST, and GET to poll for one. */
export const routes = [
  '/push',
  '/delete',
  '/get',
  '/tables',
  '/loads',
  '/loads/plan',
  '/loads/status',
  '/loads/redrive',
  '/loads/cancel'
] as const

export type Route = (typeof routes)[number]

/** One external function as Snowflake knows it: its SQL signature, its route, its largest batch. */
export interface ExternalFunction {
  /** SQL name in lower case; Snowflake reports it in upper case. */
  readonly name: string
  /** Declared arguments in order, e.g. `['ITEM', 'OBJECT']`. */
  readonly args: ReadonlyArray<readonly [name: string, type: 'VARCHAR' | 'OBJECT']>
  /** Path below the API's base URL. */
  readonly route: string
  /** `MAX_BATCH_ROWS` of the function. */
  readonly maxBatchRows: number
}

const table = ['TABLE_NAME', 'VARCHAR'] as const
const item = ['ITEM', 'OBJECT'] as const
const key = ['KEY', 'OBJECT'] as const
const options = ['OPTIONS', 'OBJECT'] as const
const manifest = ['MANIFEST', 'OBJECT'] as const
const run = ['RUN', 'VARCHAR'] as const

/**
 * Every function and overload that a Snowflake user sees; all return VARIANT. The app serves these routes, the API
 * in front of it offers them, the scripts in sql/ make these functions, the worksheet calls them, the doctor looks
 * for them: types and tests hold that none of them leaves one out.
 */
export const externalFunctions: ReadonlyArray<ExternalFunction & { readonly route: Route }> = [
  { name: 'push_to_dynamo', args: [table, item], route: '/push', maxBatchRows: batchRows.push },
  { name: 'push_to_dynamo', args: [table, item, options], route: '/push', maxBatchRows: batchRows.push },
  { name: 'delete_from_dynamo', args: [table, key], route: '/delete', maxBatchRows: batchRows.push },
  { name: 'delete_from_dynamo', args: [table, key, options], route: '/delete', maxBatchRows: batchRows.push },
  { name: 'get_from_dynamo', args: [table, key], route: '/get', maxBatchRows: batchRows.get },
  { name: 'dynamo_tables', args: [], route: '/tables', maxBatchRows: batchRows.get },
  { name: 'start_dynamo_load', args: [table, manifest], route: '/loads', maxBatchRows: batchRows.get },
  {
    name: 'start_dynamo_load',
    args: [table, manifest, options],
    route: '/loads',
    maxBatchRows: batchRows.get
  },
  { name: 'dynamo_load_status', args: [run], route: '/loads/status', maxBatchRows: batchRows.get },
  { name: 'redrive_dynamo_load', args: [run], route: '/loads/redrive', maxBatchRows: batchRows.get },
  { name: 'redrive_dynamo_load', args: [run, options], route: '/loads/redrive', maxBatchRows: batchRows.get },
  { name: 'cancel_dynamo_load', args: [run], route: '/loads/cancel', maxBatchRows: batchRows.get },
  { name: 'plan_dynamo_load', args: [table, manifest], route: '/loads/plan', maxBatchRows: 1 },
  { name: 'plan_dynamo_load', args: [table, manifest, options], route: '/loads/plan', maxBatchRows: 1 }
]

/** How many arguments a row has on a route: those of the functions that call it. */
export const argumentCounts = (route: Route): { readonly least: number; readonly most: number } => {
  const counts = externalFunctions.filter((fn) => fn.route === route).map(({ args }) => args.length)
  return { least: Math.min(...counts), most: Math.max(...counts) }
}
