import { type EmbeddedDynamodb, startEmbeddedDynamodb } from '../../../api/local/embedded-dynamodb.ts'
import { openDriverSession } from '../../../api/setup/driver-session.ts'
import { runSetup } from '../../../api/setup/run-setup.ts'
import type { Variables } from '../../../api/setup/script.ts'
import { scriptsOf } from '../../../api/setup/setup-scripts.ts'
import { exampleAccount, usualChoiceOf, variablesOf } from '../../../api/setup/setup-settings.ts'
import { readSettings, type Settings } from '../../../infra/settings.ts'
import { createTables, outsideClient } from '../test-app.ts'
import { externalCalls } from './external-calls.ts'
import { type InMemoryAws, startInMemoryAws } from './in-memory-aws.ts'
import { type SnowflakeStandIn, startSnowflake } from './snowflake-stand-in.ts'

const exampleSettings = readSettings({ tables: { create: { orders: 'id:S' } } })
export const exampleVariables: Variables = variablesOf(
  { ...usualChoiceOf('push_to_dynamo'), ...exampleAccount },
  exampleSettings
)

export interface SetupWishes {
  readonly isRepoint?: boolean
  readonly isTold?: boolean
  readonly settings?: Settings
}

export interface SetupWorld {
  readonly snowflake: SnowflakeStandIn
  readonly aws: InMemoryAws
  readonly told: string[]
  /** A whole set-up in a session of its own; gives the number of changes. */
  setup(variables?: Variables, wishes?: SetupWishes): Promise<number>
  /** Runs statements in a session of their own. */
  sql(...statements: string[]): Promise<ReadonlyArray<Readonly<Record<string, string | null>>>>
  close(): Promise<void>
}

export const passwordOf = (port: number) => ({
  account: 'stand_in',
  username: 'ADA',
  password: 'secret',
  accessUrl: `http://127.0.0.1:${port}`
})

let dynamodb: EmbeddedDynamodb | undefined

/**
 * Our set-up against a fresh account of Snowflake and an empty AWS: with the real driver, unless `direct` is asked
 * for.
 */
export const openSetupWorld = async ({ direct = false } = {}): Promise<SetupWorld> => {
  dynamodb ??= await startWithTable()
  const aws = startInMemoryAws(dynamodb.endpoint)
  const snowflake = await startSnowflake({ user: 'ADA', password: 'secret' }, externalCalls(aws))
  const told: string[] = []
  const open = async () => (direct ? snowflake.direct() : openDriverSession(passwordOf(snowflake.port)))
  return {
    snowflake,
    aws,
    told,
    async setup(variables = exampleVariables, { settings = exampleSettings, ...wishes } = {}) {
      told.length = 0
      const session = await open()
      try {
        const testTable = { table: 'orders', keys: [['id', 'S'] as const] }
        return await runSetup({
          session,
          aws,
          variables,
          scripts: scriptsOf(settings),
          testTable,
          ...wishes,
          tell: (line) => told.push(line)
        })
      } finally {
        await session.close()
      }
    },
    async sql(...statements) {
      const session = await open()
      try {
        let rows: Awaited<ReturnType<typeof session.run>> = []
        for (const statement of statements) rows = await session.run(statement)
        return rows
      } finally {
        await session.close()
      }
    },
    async close() {
      await snowflake.stop()
      await aws.close()
    }
  }
}

/** Ends what all worlds of a test file share. */
export const closeSharedDynamodb = async (): Promise<void> => {
  await dynamodb?.close()
  dynamodb = undefined
}

const startWithTable = async (): Promise<EmbeddedDynamodb> => {
  const started = await startEmbeddedDynamodb()
  const client = outsideClient(started.endpoint)
  await createTables(client, 'orders=id:S')
  client.destroy()
  return started
}
