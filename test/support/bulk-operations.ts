import { gunzipSync, gzipSync } from 'node:zlib'
import type { ObjectStore } from '../../api/store/object-store.ts'
import type { CreatedByImport } from './table-imports.ts'

type Attribute = Readonly<Record<string, unknown>>
export type SentItem = Readonly<Record<string, Attribute>>

/** How a job goes; well unless told. */
export interface JobFaults {
  /** DynamoDB's words on an item that it cannot write. */
  readonly refuse?: (item: SentItem) => string | undefined
  /** The report of what was not written never comes, or tells of some items only. */
  readonly report?: 'missing' | 'partial'
  /** So many items are neither written nor counted, and the job ends well. */
  readonly overlooks?: number
  /** The job ends as FAILED after so many items. */
  readonly failsAfter?: number
  /** DescribeBulkOperation answers IN_PROGRESS so many times. */
  readonly looks?: number
  /** The start's answer is lost, so many times; the job is at work all the same. */
  readonly lostStarts?: number
  /** StartBulkPutItems is refused by this error, so many times. */
  readonly refusedStarts?: { readonly name: string; readonly times: number }
}

/** What the stand-in needs of the world. */
export interface JobWorld {
  readonly store: ObjectStore
  /** Key attributes by table; a table that is not here does not exist. */
  readonly tables: Readonly<Record<string, readonly string[]>>
  put(table: string, items: readonly SentItem[]): Promise<void>
  /** A table that an import makes: from now on it is among `tables`. */
  make?(table: string, parameters: CreatedByImport): Promise<void>
}

export interface JobError {
  readonly name: string
  readonly message: string
}

interface StartRequest {
  readonly ClientToken?: string
  readonly TableName?: string
  readonly InputS3Configuration?: {
    readonly S3Bucket?: string
    readonly S3KeyPrefix?: string
    readonly InputFormat?: string
    readonly InputCompressionType?: string
  }
  readonly OutputS3Configuration?: {
    readonly S3Bucket?: string
    readonly S3KeyPrefix?: string
    readonly OutputType?: readonly string[]
  }
  readonly MaxWriteRequestUnits?: number
}

interface Operation {
  readonly arn: string
  readonly request: StartRequest
  status: string
  processed: number
  failed: number
  bytes: number
  looks: number
  failure?: string
}

/** Operations of the stand-in, and how they are called; each throws nothing and answers as DynamoDB would. */
export interface BulkOperations {
  /** The answer of an operation: its body, an error, or `lost`: nothing comes back. */
  call(operation: string, request: object): Promise<object | JobError | 'lost'>
  /** How often each operation was called. */
  readonly calls: Record<string, number>
  /** Jobs that were begun. */
  readonly begun: () => number
  plays(faults: JobFaults): void
  /** When every job has done its work. */
  idle(): Promise<void>
  /** Begins anew, without operations. */
  forget(): void
}

const isError = (answer: object): answer is JobError => 'name' in answer && 'message' in answer

export { isError as isJobError }

/**
 * DynamoDB's bulk put items, as far as it is documented:
 * - a token is one operation for 8 hours, with other parameters an IdempotentParameterMismatchException, and
 *   MaxWriteRequestUnits is 1,024 at the least: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_StartBulkPutItems.html
 * - states and counts: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BulkOperationDescription.html
 * - a cancelled operation keeps what it has written: https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CancelBulkOperation.html
 * - input lines `{"Item":…}`: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.Format.html
 * - items that were not written are reported below a prefix of the bucket:
 *   https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.Output.html. Their layout could not be read there: the one
 *   here, a manifest and gzipped lines, is a guess, and what reads it leans on the items alone.
 */
export const bulkOperations = (world: JobWorld): BulkOperations => {
  const operations = new Map<string, Operation>()
  const byToken = new Map<string, Operation>()
  const calls: Record<string, number> = {}
  const atWork = new Set<Promise<void>>()
  let faults: JobFaults = {}
  let [lost, refusals] = [0, 0]

  const start = async (request: StartRequest): Promise<object | JobError | 'lost'> => {
    const { name, times } = faults.refusedStarts ?? { name: '', times: 0 }
    if (refusals < times) {
      refusals += 1
      return { name, message: 'not now' }
    }
    const wrong = whatIsWrong(request, world)
    if (wrong) return wrong
    const known = byToken.get(request.ClientToken ?? '')
    if (known && JSON.stringify(known.request) !== JSON.stringify(request))
      return {
        name: 'IdempotentParameterMismatchException',
        message: 'the token was used with other parameters'
      }
    const operation = known ?? begun(request)
    if (!known) operations.set(operation.arn, operation)
    if (request.ClientToken !== undefined) byToken.set(request.ClientToken, operation)
    if (!known) begin(operation)
    lost += 1
    return lost <= (faults.lostStarts ?? 0) ? 'lost' : describe(operation, 'IN_PROGRESS')
  }

  const begin = (operation: Operation): void => {
    const work = workOn(world, operation, faults)
    atWork.add(work)
    const forget = () => atWork.delete(work)
    work.then(forget, forget)
  }

  const begun = (request: StartRequest): Operation => ({
    arn: `arn:aws:dynamodb:local:000000000000:table/${request.TableName}/bulk-operation/${operations.size + 1}`,
    request,
    ...{ status: 'IN_PROGRESS', processed: 0, failed: 0, bytes: 0, looks: 0 }
  })

  return {
    calls,
    begun: () => operations.size,
    async idle() {
      await Promise.all(atWork)
    },
    forget() {
      operations.clear()
      byToken.clear()
      for (const name of Object.keys(calls)) delete calls[name]
    },
    plays(wanted) {
      faults = wanted
      lost = 0
      refusals = 0
    },
    async call(operation, request) {
      calls[operation] = (calls[operation] ?? 0) + 1
      if (operation === 'StartBulkPutItems') return start(request)
      const { BulkOperationArn = '' } = request as { readonly BulkOperationArn?: string }
      const known = operations.get(BulkOperationArn)
      if (known === undefined)
        return { name: 'ResourceNotFoundException', message: 'there is no such operation' }
      if (operation === 'CancelBulkOperation') {
        known.status = 'CANCELLED'
        return { BulkOperationArn, BulkOperationStatus: 'CANCELLING' }
      }
      known.looks += 1
      return describe(
        known,
        known.status !== 'CANCELLED' && known.looks <= (faults.looks ?? 0) ? 'IN_PROGRESS' : known.status
      )
    }
  }
}

const describe = (operation: Operation, status: string): object => ({
  BulkOperationDescription: {
    BulkOperationArn: operation.arn,
    BulkOperationStatus: status,
    ClientToken: operation.request.ClientToken,
    ProcessedItemCount: operation.processed,
    FailedItemCount: operation.failed,
    BulkOperationUsage: [{ TableName: operation.request.TableName, BulkPutBytes: operation.bytes }],
    ...(operation.failure === undefined
      ? {}
      : { FailureCode: operation.failure, FailureMessage: 'the stand-in was told to' })
  }
})

const whatIsWrong = (request: StartRequest, world: JobWorld): JobError | undefined => {
  const {
    InputS3Configuration: input,
    OutputS3Configuration: output,
    TableName,
    MaxWriteRequestUnits
  } = request
  const invalid = (message: string): JobError => ({ name: 'ValidationException', message })
  if (input?.S3Bucket === undefined || input.InputFormat !== 'DYNAMODB_JSON')
    return invalid('InputS3Configuration needs S3Bucket and InputFormat')
  if (output?.S3Bucket === undefined || !output.OutputType?.length)
    return invalid('OutputS3Configuration needs S3Bucket and OutputType')
  if (MaxWriteRequestUnits !== undefined && MaxWriteRequestUnits < 1024)
    return invalid('MaxWriteRequestUnits must be at least 1024')
  return world.tables[TableName ?? ''] === undefined
    ? { name: 'ResourceNotFoundException', message: 'Requested resource not found' }
    : undefined
}

/** Writes the items in an order of its own: a job promises none. */
const workOn = async (world: JobWorld, operation: Operation, faults: JobFaults): Promise<void> => {
  const { InputS3Configuration: input, OutputS3Configuration: output, TableName = '' } = operation.request
  const failed: string[] = []
  let overlooked = 0
  for await (const object of world.store.list(input?.S3KeyPrefix ?? '')) {
    const found = await world.store.read(object.key, object.bytes)
    const packed = found?.content ?? new Uint8Array()
    const text = (input?.InputCompressionType === 'GZIP' ? gunzipSync(packed) : packed).toString()
    const good: SentItem[] = []
    for (const line of text.trimEnd().split('\n').toReversed()) {
      if (operation.processed === faults.failsAfter || operation.status === 'CANCELLED') break
      if (overlooked < (faults.overlooks ?? 0)) {
        overlooked += 1
        continue
      }
      const { Item } = JSON.parse(line) as { readonly Item: SentItem }
      operation.processed += 1
      operation.bytes += line.length
      const words = faults.refuse?.(Item)
      if (words === undefined) good.push(Item)
      else
        failed.push(
          JSON.stringify({ itemImage: { Item }, errorCode: 'ValidationException', errorMessage: words })
        )
    }
    await world.put(TableName, good)
  }
  operation.failed = failed.length
  if (operation.status === 'CANCELLED') return
  const status = failed.length > 0 ? 'COMPLETED_WITH_ERRORS' : 'COMPLETED'
  if (faults.failsAfter !== undefined) operation.failure = 'InternalServerError'
  if (faults.report !== 'missing' && failed.length > 0)
    await report(world, output?.S3KeyPrefix ?? '', failed, faults)
  operation.status = faults.failsAfter === undefined ? status : 'FAILED'
}

const report = async (
  world: JobWorld,
  under: string,
  failed: readonly string[],
  faults: JobFaults
): Promise<void> => {
  const told = faults.report === 'partial' ? failed.slice(1) : failed
  const prefix = `${under}BulkPut/01/`
  await world.store.write(`${prefix}manifest-summary.json`, Buffer.from('{"version":\n"1"}'))
  await world.store.write(`${prefix}data/errors.json.gz`, gzipSync(`${told.join('\n')}\n`))
}
