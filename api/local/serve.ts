import { parseArgs } from 'node:util'
import type { Service } from './open-service.ts'
import { readPort } from './port.ts'
import { readTableSpecs } from './table-spec.ts'

/** SIGTERM must have ended everything after 10 s. */
const graceMs = 3_000
const mostMs = 9_000

const readArguments = (args: readonly string[]) => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      port: { type: 'string', default: '3000' },
      'dynamodb-port': { type: 'string', default: '0' },
      table: { type: 'string', multiple: true, default: [] },
      isolated: { type: 'boolean', default: false }
    }
  })
  return {
    port: readPort('--port', values.port),
    dynamodbPort: readPort('--dynamodb-port', values['dynamodb-port']),
    tables: readTableSpecs(values.table),
    isIsolated: values.isolated
  }
}

/** The service is loaded behind its arguments and its environment: what is wrong with them is said at once. */
const openWith = async (given: ReturnType<typeof readArguments>): Promise<Service> => {
  const { readConfig } = await import('../runtime/config.ts')
  const config = readConfig(process.env)
  const [{ jsonLog }, { openService }] = await Promise.all([
    import('../runtime/log.ts'),
    import('./open-service.ts')
  ])
  return openService({ ...given, config, log: jsonLog((text) => process.stderr.write(text)) })
}

/** `npm run serve`: the HTTP API with its embedded DynamoDB. stdout holds the ready line and nothing else. */
export const main = async (args: readonly string[]): Promise<void> => {
  const opening = openWith(readArguments(args))
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(1), mostMs).unref()
    opening
      .then((service) => service.close(graceMs))
      .then(
        () => process.exit(0),
        (error: Error) => {
          process.stderr.write(`serve: ${error.message}\n`)
          process.exit(1)
        }
      )
  }
  // Before the ready line: whoever reads it may stop the service at once.
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const { url, dynamodbEndpoint, bucket } = await opening
  process.stdout.write(
    `push_to_dynamo is ready at ${url} with DynamoDB at ${dynamodbEndpoint}; bulk loads read unload/<run>/ in ${bucket}\n`
  )
}
