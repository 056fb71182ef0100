import type { ConnectionOptions, RowStatement, SnowflakeError } from 'snowflake-sdk'
import { type ResultRow, type Session, SqlError } from './session.ts'

/**
 * Opens a session with the real driver: numbers as text, no log on console or disk, no probes of the platform.
 * It is loaded here and nowhere else, so that commands which only print a plan start at once.
 *
 * @throws SqlError when the login is refused
 */
export const openDriverSession = async (options: ConnectionOptions): Promise<Session> => {
  process.env.SNOWFLAKE_DISABLE_PLATFORM_DETECTION ??= 'true'
  process.env.SNOWFLAKE_DISABLE_MINICORE ??= 'true'
  process.env.SF_TELEMETRY_DISABLE_CONNECTION_SHAPE ??= 'true'
  const { default: snowflake } = await import('snowflake-sdk')
  snowflake.configure({ logLevel: 'OFF', additionalLogToConsole: false })
  const connection = snowflake.createConnection({
    application: 'push_to_dynamo',
    fetchAsString: ['Number', 'Date', 'JSON'],
    sfRetryMaxLoginRetries: 3,
    ...options
  })
  // The promise of connectAsync never ends when its callback throws.
  await new Promise<void>((resolve, reject) => {
    connection
      .connectAsync((error) => (error ? reject(refusal(error)) : resolve()))
      .catch((error) => reject(refusal(error)))
  })
  return {
    run: (sqlText) =>
      new Promise((resolve, reject) => {
        const complete = (error: SnowflakeError | undefined, _: RowStatement, rows?: unknown[]) =>
          error ? reject(refusal(error)) : resolve((rows ?? []) as ResultRow[])
        connection.execute({ sqlText, complete })
      }),
    close: () => new Promise((resolve) => connection.destroy(() => resolve()))
  }
}

const refusal = (error: SnowflakeError): SqlError =>
  new SqlError(String(error.code ?? '').padStart(6, '0'), error.message)
