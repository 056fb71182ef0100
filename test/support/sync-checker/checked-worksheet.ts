import { StatementCancelled } from '../../../api/local/scripting/script-error.ts'
import { rowsAsJson } from '../../../api/local/worksheet/rows-as-json.ts'
import { openWorksheet, type WorksheetSession } from '../../../api/local/worksheet/worksheet.ts'
import { daysAreSummed, dropCalls } from '../synced.ts'
import { type FakeService, fakeService } from './fake-service.ts'

type ResultRow = Readonly<Record<string, unknown>>

/** What happens after the nth statement of what runs next: it is cut off there, or somebody else does something. */
export interface Disturbance {
  /** The number of the statement, from 1; or the first statement like this. */
  readonly after: number | ((sql: string) => boolean)
  readonly what: 'cut off' | (() => Promise<void>)
}

const readWith =
  (session: WorksheetSession) =>
  async (script: string): Promise<readonly ResultRow[]> => {
    let last = '[]'
    await session.run(script, {
      onResult: (result) => {
        last = rowsAsJson(result)
      }
    })
    return JSON.parse(last) as readonly ResultRow[]
  }

/** A worksheet with the shipped procedures over a service in memory, a clock that stands, and a second session. */
export const openChecked = async () => {
  const service: FakeService = fakeService()
  let now = Date.parse('2026-11-27T00:00:00Z')
  let seen = 0
  let isDisturbing = false
  let next: Disturbance | undefined
  let waited = Promise.withResolvers<void>()
  const begun: Promise<void>[] = []

  const afterStatement = async (statement: string): Promise<void> => {
    if (isDisturbing || next === undefined) return
    seen += 1
    const isDue = typeof next.after === 'number' ? seen >= next.after : next.after(statement)
    if (!isDue) return
    const { what } = next
    next = undefined
    if (what === 'cut off') throw new StatementCancelled('cut off')
    isDisturbing = true
    const done = what().finally(() => {
      isDisturbing = false
    })
    begun.push(done)
    // Whoever has to wait for a lock of the first lets the first go on.
    await Promise.race([done, waited.promise])
    isDisturbing = false
  }

  const worksheet = await openWorksheet({
    call: service.call,
    bucket: service.bucket,
    threads: 1,
    clock: { now: () => new Date(now), wait: async () => {} },
    afterStatement
  })
  let heard = (): void => {}
  worksheet.onWait(() => {
    heard()
    waited.resolve()
  })
  const other = await worksheet.openSession()

  const disturb = (disturbance: Disturbance | undefined): void => {
    seen = 0
    next = disturbance
    waited = Promise.withResolvers<void>()
  }
  const sql = readWith(worksheet)
  return {
    service,
    sql,
    /** Is told when a session waits for a lock of another. */
    onWait: (listener: () => void) => {
      heard = listener
    },
    /** Runs a statement; once, after a statement in it like this, somebody does something. */
    disturbedBy: async (script: string, after: (sql: string) => boolean, what: () => Promise<void>) => {
      disturb({ after, what })
      const result = await sql(script)
      await Promise.all(begun.splice(0))
      return result
    },
    /** In the second session. */
    beside: readWith(other),
    settleTasks: worksheet.settleTasks,
    /** Forgets all syncs and their runs, and empties the tables; `dice` are those of the service. */
    reset: async (dice?: () => number): Promise<void> => {
      disturb(undefined)
      heard = () => {}
      service.reset(dice)
      for (const call of await sql(dropCalls)) await sql(String(call.CALL))
      await sql('DELETE FROM dynamo_sync_log; DELETE FROM dynamo_sync_queries')
      await sql(daysAreSummed)
    },
    pass: (minutes: number) => {
      now += minutes * 60_000
    },
    /** What happens in the midst of what runs next; `calm` says when all of it is over. */
    disturb,
    calm: async (): Promise<void> => {
      next = undefined
      await Promise.all(begun.splice(0))
    },
    close: async () => {
      await other.close()
      await worksheet.close()
    }
  }
}

export type CheckedWorksheet = Awaited<ReturnType<typeof openChecked>>
