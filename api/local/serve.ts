import { parseArgs } from 'node:util'
import { readConfig } from '../runtime/config.ts'
import { jsonLog } from '../runtime/log.ts'
import { openService } from './open-service.ts'
import { readPort } from './port.ts'
import { readTableSpecs } from './table-spec.ts'
import { answerHelp, lineOf } from './usage.ts'

// `npm run serve`: the HTTP API with its embedded DynamoDB. stdout holds the ready line and nothing else.

/** SIGTERM must have ended everything after 10 s. */
const graceMs = 3_000
const mostMs = 9_000

const fail = (error: unknown): never => {
  process.stderr.write(`serve: ${lineOf('serve', error).replaceAll(/\s*\n\s*/g, ' ')}\n`)
  process.exit(1)
}

const readArguments = () => {
  const { values } = parseArgs({
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

answerHelp('serve', process.argv.slice(2))

try {
  const opening = openService({
    ...readArguments(),
    config: readConfig(process.env),
    log: jsonLog((text) => process.stderr.write(text))
  })
  let isStopping = false
  const stop = (): void => {
    if (isStopping) return
    isStopping = true
    setTimeout(() => process.exit(1), mostMs).unref()
    opening.then((service) => service.close(graceMs)).then(() => process.exit(0), fail)
  }
  // Before the ready line: whoever reads it may stop the service at once.
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
  const service = await opening
  process.stderr.write(`bulk loads read unload/<run>/ in ${service.bucket}\n`)
  process.stdout.write(
    `push_to_dynamo is ready at ${service.url} with DynamoDB at ${service.dynamodbEndpoint}\n`
  )
} catch (error) {
  fail(error)
}
