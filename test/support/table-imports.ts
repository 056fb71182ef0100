import { gunzipSync } from 'node:zlib'
import type { JobError, JobFaults, JobWorld, SentItem } from './bulk-operations.ts'

/** As the request names it, as far as the stand-in looks at it. */
interface ImportRequest {
  readonly ClientToken?: string
  readonly S3BucketSource?: { readonly S3Bucket?: string; readonly S3KeyPrefix?: string }
  readonly InputFormat?: string
  readonly InputCompressionType?: string
  readonly TableCreationParameters?: CreatedByImport
}

/** https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TableCreationParameters.html */
export interface CreatedByImport {
  readonly TableName?: string
  readonly AttributeDefinitions?: ReadonlyArray<{
    readonly AttributeName: string
    readonly AttributeType: 'S' | 'N' | 'B'
  }>
  readonly KeySchema?: ReadonlyArray<{ readonly AttributeName: string; readonly KeyType: 'HASH' | 'RANGE' }>
  readonly BillingMode?: string
}

interface Import {
  readonly arn: string
  readonly request: ImportRequest
  status: string
  processed: number
  imported: number
  errors: number
  looks: number
  failure?: string
}

/** Imports of the stand-in, and how they are called; each throws nothing and answers as DynamoDB would. */
export interface TableImports {
  call(operation: string, request: object): Promise<object | JobError | 'lost'>
  /** Imports that were begun. */
  readonly begun: () => number
  plays(faults: ImportFaults): void
  /** When every import has done its work. */
  idle(): Promise<void>
  /** Begins anew, without imports. */
  forget(): void
}

/** An import writes no report: what it tells are totals. */
export type ImportFaults = Omit<JobFaults, 'report'> & {
  /** What happens in the account before ImportTable is looked at. */
  readonly before?: () => Promise<void>
}

/**
 * DynamoDB's import of a table, as far as it is documented:
 * - a token is one import for 8 hours; with other parameters it is a conflict; a table that exists is in use; and 50 imports
 *   may be at work: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTable.html
 * - states and totals: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_ImportTableDescription.html
 * - the table is made when the import begins, and is `CREATING` until it ends:
 *   https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.HowItWorks.html
 * - what cannot be an item is counted as an error and logged to CloudWatch, nowhere else; of items with one key one
 *   remains, in no order, and none of the others counts as an error; an object that is not readable is skipped from there
 *   on: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Validation.html
 * - lines are `{"Item":…}`: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Format.html
 */
export const tableImports = (world: JobWorld): TableImports => {
  const imports = new Map<string, Import>()
  const byToken = new Map<string, Import>()
  const atWork = new Set<Promise<void>>()
  let faults: ImportFaults = {}
  let [lost, refusals] = [0, 0]

  const start = async (request: ImportRequest): Promise<object | JobError | 'lost'> => {
    await faults.before?.()
    const { name, times } = faults.refusedStarts ?? { name: '', times: 0 }
    if (refusals < times) {
      refusals += 1
      return { name, message: 'not now' }
    }
    const known = byToken.get(request.ClientToken ?? '')
    if (known && JSON.stringify(known.request) !== JSON.stringify(request))
      return { name: 'ImportConflictException', message: 'the token was used with other parameters' }
    const wrong = known ? undefined : whatIsWrong(request, world)
    if (wrong) return wrong
    const begun = known ?? begin(request)
    lost += 1
    return lost <= (faults.lostStarts ?? 0) ? 'lost' : describe(begun, 'IN_PROGRESS')
  }

  const begin = (request: ImportRequest): Import => {
    const { TableName } = request.TableCreationParameters ?? {}
    const begun: Import = {
      arn: `arn:aws:dynamodb:local:000000000000:table/${TableName}/import/${imports.size + 1}`,
      request,
      ...{ status: 'IN_PROGRESS', processed: 0, imported: 0, errors: 0, looks: 0 }
    }
    imports.set(begun.arn, begun)
    if (request.ClientToken !== undefined) byToken.set(request.ClientToken, begun)
    const work = workOn(world, begun, faults)
    atWork.add(work)
    const forget = () => atWork.delete(work)
    work.then(forget, forget)
    return begun
  }

  return {
    begun: () => imports.size,
    async idle() {
      await Promise.all(atWork)
    },
    forget() {
      imports.clear()
      byToken.clear()
    },
    plays(wanted) {
      faults = wanted
      lost = 0
      refusals = 0
    },
    async call(operation, request) {
      if (operation === 'ImportTable') return start(request)
      const known = imports.get((request as { readonly ImportArn?: string }).ImportArn ?? '')
      if (known === undefined)
        return { name: 'ImportNotFoundException', message: 'The specified import was not found' }
      known.looks += 1
      return describe(known, known.looks <= (faults.looks ?? 0) ? 'IN_PROGRESS' : known.status)
    }
  }
}

const describe = (told: Import, status: string): object => ({
  ImportTableDescription: {
    ImportArn: told.arn,
    ImportStatus: status,
    ...told.request,
    CloudWatchLogGroupArn: 'arn:aws:logs:local:000000000000:log-group:/aws-dynamodb/imports:*',
    ProcessedItemCount: told.processed,
    ImportedItemCount: told.imported,
    ErrorCount: told.errors,
    ...(told.failure === undefined
      ? {}
      : { FailureCode: told.failure, FailureMessage: 'the stand-in was told to' })
  }
})

const whatIsWrong = (request: ImportRequest, world: JobWorld): JobError | undefined => {
  const { S3BucketSource: source, InputFormat, InputCompressionType = 'NONE' } = request
  const { TableName, AttributeDefinitions = [], KeySchema = [] } = request.TableCreationParameters ?? {}
  const invalid = (message: string): JobError => ({ name: 'ValidationException', message })
  if (source?.S3Bucket === undefined) return invalid('S3BucketSource needs S3Bucket')
  if (!['DYNAMODB_JSON', 'ION', 'CSV'].includes(InputFormat ?? '')) return invalid('no such InputFormat')
  if (!['GZIP', 'ZSTD', 'NONE'].includes(InputCompressionType)) return invalid('no such InputCompressionType')
  const defined = AttributeDefinitions.map(({ AttributeName }) => AttributeName).toSorted()
  const keys = KeySchema.map(({ AttributeName }) => AttributeName).toSorted()
  if (TableName === undefined || KeySchema[0]?.KeyType !== 'HASH' || defined.join() !== keys.join())
    return invalid('TableCreationParameters need TableName, KeySchema and their AttributeDefinitions')
  return world.tables[TableName] === undefined
    ? undefined
    : { name: 'ResourceInUseException', message: `Table already exists: ${TableName}` }
}

/** Makes the table, and puts the items into it. */
const workOn = async (world: JobWorld, told: Import, faults: ImportFaults): Promise<void> => {
  const { S3BucketSource: source, InputCompressionType, TableCreationParameters = {} } = told.request
  const { TableName = '', KeySchema = [] } = TableCreationParameters
  const keys = KeySchema.map(({ AttributeName }) => AttributeName)
  await world.make?.(TableName, TableCreationParameters)
  const seen = new Set<string>()
  let overlooked = 0
  for await (const object of world.store.list(source?.S3KeyPrefix ?? '')) {
    const found = await world.store.read(object.key, object.bytes)
    const packed = found?.content ?? new Uint8Array()
    const text = (InputCompressionType === 'GZIP' ? gunzipSync(packed) : Buffer.from(packed)).toString()
    const good: SentItem[] = []
    for (const line of text.trimEnd().split('\n').toReversed()) {
      if (told.processed === faults.failsAfter) break
      if (overlooked < (faults.overlooks ?? 0)) {
        overlooked += 1
        continue
      }
      told.processed += 1
      const { Item } = JSON.parse(line) as { readonly Item: SentItem }
      if (faults.refuse?.(Item) !== undefined) told.errors += 1
      else {
        good.push(Item)
        seen.add(JSON.stringify(keys.map((name) => Item[name])))
      }
    }
    await world.put(TableName, good)
  }
  told.imported = seen.size
  if (faults.failsAfter !== undefined) told.failure = 'InternalServerError'
  told.status = faults.failsAfter === undefined ? 'COMPLETED' : 'FAILED'
}
