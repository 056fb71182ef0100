import { randomBytes, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import * as z from 'zod'
import type { StatementResult, Worksheet } from '../../api/local/worksheet/worksheet.ts'
import { auditPipe } from '../support/audit-pipe.ts'

const asked = z.strictObject({
  text: z.string(),
  params: z.array(z.union([z.string(), z.number(), z.null()]))
})
const longestBody = 1_000_000

export interface SessionServer {
  /** What the page's process is given to find it. */
  readonly env: Readonly<Record<'PAGE_SESSION_URL' | 'PAGE_SESSION_TOKEN', string>>
  /** The statements that were asked, oldest first. */
  readonly asked: readonly z.infer<typeof asked>[]
  close(): Promise<void>
}

/**
 * Runs what the page asks on the worksheet, one statement after another, on a free port of 127.0.0.1. The worksheet can
 * write, so a request must carry the token of this process.
 */
export const serveSession = async (worksheet: Pick<Worksheet, 'run'>): Promise<SessionServer> => {
  const token = `Bearer ${randomBytes(24).toString('hex')}`
  const seen: z.infer<typeof asked>[] = []
  let before: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const mine = before.then(work)
    before = mine.catch(() => {})
    return mine
  }
  const server = createServer((request, response) => {
    const answer = async () => {
      if (!isEqual(request.headers.authorization ?? '', token))
        return { status: 401, body: 'the token is wrong' }
      const statement = asked.parse(JSON.parse(await bodyOf(request)))
      seen.push(statement)
      const { columns, rows } = await inTurn(() =>
        lastResult(worksheet, `${auditPipe};\n${written(statement)}`)
      )
      return { status: 200, body: JSON.stringify({ columns, rows }) }
    }
    answer()
      .catch((error: Error) => ({ status: 400, body: error.message }))
      .then(({ status, body }) => response.writeHead(status, { connection: 'close' }).end(body))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    env: { PAGE_SESSION_URL: `http://127.0.0.1:${port}`, PAGE_SESSION_TOKEN: token.slice('Bearer '.length) },
    asked: seen,
    close: async () => {
      server.close()
      server.closeAllConnections()
      await before
    }
  }
}

const isEqual = (given: string, wanted: string): boolean =>
  given.length === wanted.length && timingSafeEqual(Buffer.from(given), Buffer.from(wanted))

const bodyOf = async (request: IncomingMessage): Promise<string> => {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length
    if (bytes > longestBody) throw new Error('the statement is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString()
}

const literal = (value: string | number | null): string =>
  value === null
    ? 'NULL'
    : typeof value === 'number'
      ? String(value)
      : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`

/** The statement with its values written out: the worksheet has no bind variables over this port. */
const written = ({ text, params }: z.infer<typeof asked>): string => {
  const parts = text.split('?')
  if (parts.length !== params.length + 1)
    throw new Error(`${parts.length - 1} places for ${params.length} values`)
  return parts.map((part, at) => (at === 0 ? part : literal(params[at - 1] ?? null) + part)).join('')
}

const lastResult = async (worksheet: Pick<Worksheet, 'run'>, script: string): Promise<StatementResult> => {
  let last: StatementResult | undefined
  await worksheet.run(script, {
    onResult: (result) => {
      last = result
    }
  })
  if (last === undefined) throw new Error('there is no statement')
  return last
}
