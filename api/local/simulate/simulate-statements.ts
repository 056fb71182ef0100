import { tableList } from '../../batch/table-list.ts'
import { buildApp } from '../../receive/app.ts'
import { workers } from '../../runtime/deployment-numbers.ts'
import { externalFunctions } from '../../runtime/external-functions.ts'
import { spillVisitMs, visitReserveMs } from '../../runtime/time-budgets.ts'
import { drainSpill } from '../../spill/drain-spill.ts'
import type { OnceDeps } from '../../spill/once-deps.ts'
import type { Writer } from '../../write/write-rows.ts'
import { snowflakeCaller } from '../snowflake-caller/snowflake-caller.ts'
import { capacityAt, secondsFor } from './capacity.ts'
import { dice } from './dice.ts'
import { heapClock } from './heap-clock.ts'
import { instances } from './instances.ts'
import { memoryLedger } from './memory-ledger.ts'
import { memoryMeters } from './memory-meters.ts'
import { memoryStore } from './memory-store.ts'
import type { Settings } from './settings.ts'
import { partitionWcu, simulatedTable } from './simulated-table.ts'
import { slowed } from './slowed.ts'
import { traffic } from './traffic.ts'
import { workerQueue } from './worker-queue.ts'

/** What is left of a visit to the queue for its work. */
const workerMs = spillVisitMs - visitReserveMs

const table = 'simulated'

/** What became of the statements; times in seconds of simulated time, shares from 0 to 1. */
export interface Outcome {
  readonly rows: number
  readonly written: number
  /** Rows that were called written and are not in the table: must be 0. */
  readonly lost: number
  readonly failedStatements: number
  readonly errors: readonly string[]
  readonly seconds: number
  /** What the table's capacity allows after its burst, and how much longer it took; null when all is burst. */
  readonly boundSeconds: number
  readonly timeToBound: number | null
  readonly writeCalls: number
  readonly wastedCalls: number
  /** Calls refused whole, of those after the first 10 s. */
  readonly wastedLater: number
  readonly heldRows: number
  readonly batches: number
  /** Batches that got no answer. */
  readonly failedBatches: number
  /** Answers to POST: accepted, and told to slow down. */
  readonly accepted202: number
  readonly refused429: number
  /** All answers, by method and status. */
  readonly replies: Readonly<Record<string, number>>
  readonly longestPollSeconds: number
  readonly ledgerWritesPer1000Rows: number
  readonly ledgerReadsPer1000Rows: number
  readonly perSecond: readonly number[]
  readonly events: Readonly<Record<string, number>>
  /** When each statement ended. */
  readonly endedAtSeconds: readonly number[]
}

/**
 * Runs statements through the real caller, real app instances and real queue workers in simulated time.
 *
 * @param progress told how many rows of all statements are answered
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: a composition root in virtual time: everything of a service, made once and read at the end
export const simulateStatements = async (
  settings: Settings,
  progress: (answered: number) => void = () => {}
): Promise<Outcome> => {
  const random = dice(settings.seed)
  const clock = heapClock(random)
  const wcuAt = capacityAt(settings, clock.now())
  const target = simulatedTable(clock, {
    wcuAt,
    burstUnits: settings.wcu * settings.burstSeconds,
    partitions: settings.partitions,
    hotShare: settings.hotShare,
    indexShare: settings.indexShare,
    indexWcu: settings.indexWcu
  })
  const slow = slowed(memoryLedger(), memoryMeters(), clock, settings.ledgerMs)
  const stated = settings.stated === undefined ? {} : { statedUnits: settings.stated }
  const found = {
    kind: 'table',
    table: { name: table, keys: [{ name: 'id', type: 'S', maxBytes: 2048 }], indexKeys: [], ...stated },
    isFresh: false
  } as const
  const writer: Writer = {
    port: target.port,
    schemas: {
      known: () => found.table,
      find: async () => found,
      lookAgain: async () => ({ ...found, isFresh: true })
    },
    clock
  }
  const isAllowed = tableList(table)
  const events: Record<string, number> = {}
  const log: OnceDeps['log'] = ({ event, cause }) => {
    const name = cause === undefined ? String(event) : `${event} ${cause}`
    events[name] = (events[name] ?? 0) + 1
  }
  const shared = { ledger: slow.ledger, store: memoryStore(clock), log }
  const depsWith = (queue: OnceDeps['queue']): OnceDeps => ({
    ...shared,
    queue,
    meters: settings.hasAdmission ? slow.meters : undefined
  })

  // Each worker of the queue is a process of its own, too.
  const idle: Array<(hash: string, deadline: AbortSignal) => Promise<void>> = []
  const queue = workerQueue(clock, workers.spill, async (body) => {
    const drain = idle.pop() ?? drainSpill(depsWith(queue), writer, isAllowed)
    await drain(JSON.parse(body).batch, clock.deadline(workerMs)).finally(() => idle.push(drain))
  })
  const once = depsWith(queue)
  const makeApp = () =>
    buildApp({ writer, once, isAllowed, deadlineMs: settings.deadlineMs, version: 'simulated', log })
  const seen = traffic(clock.now)
  const send = seen.watched(instances(clock, makeApp, settings.isShared))

  const [push] = externalFunctions
  if (push === undefined) throw new Error('there is no function to simulate')
  const errors: string[] = []
  const endedAtSeconds: number[] = []
  const answered = new Array<number>(settings.statements).fill(0)
  let [written, lost] = [0, 0]
  const runStatement = async (nth: number): Promise<void> => {
    const caller = snowflakeCaller({
      baseUrl: 'http://simulated',
      concurrency: settings.concurrency,
      compression: 'none',
      clock,
      send
    })
    try {
      const rows = statementRows(nth, settings.rows)
      const answers = await caller.call(push, rows, {
        progress: (known) => {
          answered[nth] = known
          progress(answered.reduce((sum, each) => sum + each, 0))
        }
      })
      for (const [n, answer] of answers.entries()) {
        if (answer !== '{"status":"written"}') continue
        written += 1
        if (!target.ids.has(idOf(nth, n))) lost += 1
      }
    } catch (error) {
      errors.push((error as Error).message.slice(0, 200))
    } finally {
      endedAtSeconds[nth] = clock.passed() / 1000
      await caller.close()
    }
  }
  await Promise.all(Array.from({ length: settings.statements }, (_, nth) => runStatement(nth)))
  const seconds = clock.passed() / 1000
  clock.stop()

  const rows = settings.rows * settings.statements
  const boundSeconds = Math.max(
    secondsFor(rows - settings.wcu * settings.burstSeconds, wcuAt, clock.now() - clock.passed()),
    (rows * settings.hotShare) / 100 / partitionWcu - 1,
    (rows * settings.indexShare) / 100 / settings.indexWcu - 1
  )
  const { calls, refusedCalls, laterCalls, laterRefusedCalls, offeredRows, refusedRows, perSecond } =
    target.tally
  return {
    rows,
    written,
    lost,
    failedStatements: errors.length,
    errors: [...new Set(errors)],
    seconds,
    boundSeconds,
    timeToBound: boundSeconds > 0 ? seconds / boundSeconds : null,
    writeCalls: calls,
    wastedCalls: refusedCalls / Math.max(1, calls),
    wastedLater: laterRefusedCalls / Math.max(1, laterCalls),
    heldRows: refusedRows / Math.max(1, offeredRows),
    batches: seen.batches(),
    failedBatches: seen.failedBatches(),
    accepted202: seen.replies['POST 202'] ?? 0,
    refused429: seen.replies['POST 429'] ?? 0,
    replies: seen.replies,
    longestPollSeconds: seen.longestPollMs() / 1000,
    ledgerWritesPer1000Rows: (slow.tally.writes / rows) * 1000,
    ledgerReadsPer1000Rows: (slow.tally.reads / rows) * 1000,
    perSecond: Array.from(perSecond, (units) => units ?? 0),
    events,
    endedAtSeconds
  }
}

const idOf = (statement: number, row: number): string => `${statement}-${row}`
const statementRows = (statement: number, rows: number): string[][] =>
  Array.from({ length: rows }, (_, n) => [`"${table}"`, `{"id":"${idOf(statement, n)}"}`])
