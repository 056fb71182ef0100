import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Session, SqlError } from '../../../api/setup/session.ts'
import { Account, Refusal, type Row, type SqlSession } from './account.ts'
import { uploadOf } from './page-statements.ts'
import { isWelcome, type Login, type Secrets } from './sign-in.ts'
import { runStatement } from './statements.ts'
import type { Calls } from './work.ts'

export interface SnowflakeStandIn {
  readonly account: Account
  readonly port: number
  /** Everything that was run, in order. */
  readonly statements: string[]
  /** Every login, as it came. */
  readonly logins: Login[]
  /** Where files lie that the driver has put. */
  readonly stage: string
  /** Lets so many more changes through, then cancels every further one; `undefined` lets all through. */
  allowChanges(number: number | undefined): void
  /** A session without the driver between, for tests that run thousands of statements. */
  direct(): Session
  stop(): Promise<void>
}

/** Statements that take so long that the driver is told to ask again. */
const isSlow = (sql: string): boolean => /^select .*_dynamo/s.test(sql)

const isChange = (sql: string): boolean => /^(create|alter|grant|drop|execute|put)\s/.test(sql)

/**
 * Snowflake's side of the driver's protocol over real HTTP, with an account behind it that answers SHOW and DESCRIBE
 * as Snowflake does, and refuses what Snowflake refuses.
 */
export const startSnowflake = async (secrets: Secrets, calls: Calls): Promise<SnowflakeStandIn> => {
  const account = new Account()
  account.users.set(secrets.user, new Set(['ACCOUNTADMIN']))
  const sessions = new Map<string, SqlSession>()
  const stage = mkdtempSync(join(tmpdir(), 'snowflake-stage-'))
  const results = new Map<string, Promise<object>>()
  const statements: string[] = []
  const logins: Login[] = []
  let allowed: number | undefined

  const login = (body: { data: Login }): object => {
    logins.push(body.data)
    if (!isWelcome(body.data, secrets))
      return {
        success: false,
        code: '390100',
        message: 'Incorrect username or password was specified.',
        data: {}
      }
    const token = randomUUID()
    sessions.set(token, { user: secrets.user, role: 'PUBLIC', warehouse: undefined })
    const data = {
      token,
      masterToken: randomUUID(),
      validityInSeconds: 3600,
      masterValidityInSeconds: 14_400
    }
    return { success: true, data: { ...data, sessionId: 1, parameters: [], sessionInfo: {} } }
  }

  const run = async (session: SqlSession, sql: string): Promise<readonly Row[]> => {
    if (allowed !== undefined && isChange(sql) && --allowed < 0)
      throw new Refusal('000604', 'SQL execution canceled')
    statements.push(sql)
    return runStatement({ account, session, calls }, sql)
  }

  const result = async (session: SqlSession, sql: string, queryId: string): Promise<object> => {
    try {
      const rows = await run(session, sql)
      const data = uploadOf(sql, stage)
      return data === undefined ? success(rows, queryId) : { success: true, data }
    } catch (error) {
      const { code, message } = error instanceof Refusal ? error : new Refusal('000603', String(error))
      return { success: false, code, message, data: { errorCode: code, sqlState: '42000', queryId } }
    }
  }

  const answer = async (request: IncomingMessage): Promise<object> => {
    const { pathname: path } = new URL(request.url ?? '', 'http://x')
    const body = request.method === 'POST' ? JSON.parse((await textOf(request)) || '{}') : {}
    if (path === '/session/v1/login-request') return login(body)
    if (path === '/session' || path === '/telemetry/send') return { success: true, data: null }
    const token = /Token="([^"]*)"/.exec(request.headers.authorization ?? '')?.[1] ?? ''
    const session = sessions.get(token)
    if (!session) return { success: false, code: '390104', message: 'The session is gone.', data: null }
    const [, queryId = ''] = /^\/queries\/([\w-]+)\/result$/.exec(path) ?? []
    if (queryId) return (await results.get(queryId)) ?? { success: false, code: '000604', message: 'gone' }
    const { sqlText = '', asyncExec } = body as { sqlText?: string; asyncExec?: boolean }
    const id = randomUUID()
    const running = result(session, sqlText, id)
    if (!asyncExec && !isSlow(sqlText)) return running
    results.set(id, running)
    const code = asyncExec ? '333334' : '333333'
    return { success: true, code, data: { queryId: id, getResultUrl: `/queries/${id}/result` } }
  }

  const server = createServer((request, response) => {
    answer(request).then(
      (reply) => response.setHeader('content-type', 'application/json').end(JSON.stringify(reply)),
      (error) => response.writeHead(400).end(String(error))
    )
  }).listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    account,
    port: (server.address() as AddressInfo).port,
    statements,
    logins,
    stage,
    allowChanges(number) {
      allowed = number
    },
    direct() {
      const session: SqlSession = { user: secrets.user, role: 'PUBLIC', warehouse: undefined }
      return {
        run: (sql) =>
          run(session, sql).catch((error) => {
            throw error instanceof Refusal ? new SqlError(error.code, error.message) : error
          }),
        close: async () => {}
      }
    },
    async stop() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
      rmSync(stage, { recursive: true, force: true })
    }
  }
}

/** Every value is text on the wire. */
const success = (rows: readonly Row[], queryId: string): object => {
  const names = [...new Set(rows.flatMap((row) => Object.keys(row)))]
  const typeOf = (name: string) =>
    name === 'ANSWER'
      ? 'variant'
      : rows.every((row) => /^-?\d{20,}$/.test(row[name] ?? ''))
        ? 'fixed'
        : 'text'
  const data = {
    parameters: [{ name: 'TIMEZONE', value: 'UTC' }],
    rowtype: names.map((name) => ({ name, type: typeOf(name), scale: 0, precision: 38, nullable: true })),
    rowset: rows.map((row) => names.map((name) => row[name] ?? null)),
    total: rows.length,
    returned: rows.length,
    queryId,
    queryResultFormat: 'json',
    statementTypeId: 4096,
    version: 1
  }
  return { success: true, data }
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const pieces: Buffer[] = []
  for await (const piece of request as AsyncIterable<Buffer>) pieces.push(piece)
  return Buffer.concat(pieces).toString()
}
