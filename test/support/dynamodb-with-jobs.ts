import { createServer, request as httpRequest, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type BulkOperations, bulkOperations, isJobError, type JobWorld } from './bulk-operations.ts'
import { type TableImports, tableImports } from './table-imports.ts'

/** DynamoDB with jobs of its own, on a free port of 127.0.0.1. */
export interface DynamodbWithJobs {
  readonly endpoint: string
  readonly operations: BulkOperations
  readonly imports: TableImports
  close(): Promise<void>
}

const jobs = /^(StartBulkPutItems|DescribeBulkOperation|CancelBulkOperation)$/
const imported = /^(ImportTable|DescribeImport)$/
const headers = { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-requestid': 'jobs' }

/**
 * Calls on jobs are answered here, as the API reference says; all others by the engine behind.
 *
 * @param engine its endpoint; without one every other call is unknown
 */
export const startDynamodbWithJobs = async (world: JobWorld, engine?: string): Promise<DynamodbWithJobs> => {
  const [operations, imports] = [bulkOperations(world), tableImports(world)]
  const server = createServer(async (request, response) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? ''
    const parts: Buffer[] = []
    for await (const part of request) parts.push(part)
    const body = Buffer.concat(parts)
    const standIn = jobs.test(operation) ? operations : imported.test(operation) ? imports : undefined
    if (standIn === undefined) {
      forward(engine, request, body, response)
      return
    }
    const answer = await standIn.call(operation, JSON.parse(body.toString()))
    if (answer === 'lost') response.socket?.resetAndDestroy()
    else if (isJobError(answer)) refuse(response, answer.name, answer.message)
    else response.writeHead(200, headers).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    operations,
    imports,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  }
}

const refuse = (response: ServerResponse, name: string, message: string): void => {
  response.writeHead(400, headers)
  response.end(JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${name}`, message }))
}

const forward = (
  engine: string | undefined,
  request: IncomingMessage,
  body: Buffer,
  response: ServerResponse
): void => {
  if (engine === undefined) {
    refuse(response, 'UnknownOperationException', '')
    return
  }
  const passed = httpRequest(engine, { method: 'POST', headers: request.headers }, (answer) => {
    response.writeHead(answer.statusCode ?? 500, answer.headers)
    answer.pipe(response)
  })
  passed.on('error', () => response.destroy())
  passed.end(body)
}
