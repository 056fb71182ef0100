import type { BatchOutcome } from '../../api/batch/batch-outcome.ts'
import type { BatchHeaders } from '../../api/decode/batch-headers.ts'
import type { BatchRecord } from '../../api/ledger/batch-record.ts'
import { memoryMeters } from '../../api/local/simulate/memory-meters.ts'
import type { RowResult } from '../../api/plan/row-result.ts'
import { receiveBatch } from '../../api/receive/receive-batch.ts'
import type { Route } from '../../api/runtime/external-functions.ts'
import type { LogLine } from '../../api/runtime/log.ts'
import { answerOnce } from '../../api/spill/answer-once.ts'
import { drainSpill } from '../../api/spill/drain-spill.ts'
import type { OnceDeps } from '../../api/spill/once-deps.ts'
import { type Polled, pollBatch } from '../../api/spill/poll-batch.ts'
import type { Writer } from '../../api/write/write-rows.ts'
import { memoryLedger } from './memory-ledger.ts'
import { memoryStore } from './memory-store.ts'
import { tableOf } from './rows.ts'
import { type PortCall, type PortFault, scriptedPort } from './scripted-port.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

export interface WorldSettings {
  readonly script?: (call: PortCall) => PortFault
  readonly callMs?: number
  readonly deadlineMs?: number
  readonly random?: () => number
  /** What the table states, in write units a second. */
  readonly statedUnits?: number
  /** Parts of the slow path that fail instead. */
  readonly broken?: (deps: OnceDeps) => Partial<OnceDeps>
  readonly clock?: VirtualClock
}

/** The slow path in virtual time: app instances and workers share a table, a ledger, a bucket and a queue. */
export const onceWorld = (settings: WorldSettings = {}) => {
  const { script, callMs = 5, deadlineMs = 20_000, statedUnits, broken = () => ({}) } = settings
  const clock = settings.clock ?? virtualClock(settings.random)
  const port = scriptedPort(clock, script, callMs)
  const store = memoryStore()
  const messages: Array<{ readonly body: string; readonly atMs: number }> = []
  const lines: LogLine[] = []
  const found = {
    kind: 'table',
    table: { ...tableOf(), ...(statedUnits === undefined ? {} : { statedUnits }) },
    isFresh: false
  } as const
  const writer: Writer = {
    port,
    schemas: {
      known: () => found.table,
      find: async () => found,
      lookAgain: async () => ({ ...found, isFresh: true })
    },
    clock
  }
  const whole: OnceDeps = {
    ledger: memoryLedger(),
    meters: memoryMeters(),
    store,
    queue: {
      async send(body, delaySeconds = 0) {
        messages.push({ body, atMs: clock.now() + delaySeconds * 1_000 })
      }
    },
    log: (line) => lines.push(line)
  }
  const deps = { ...whole, ...broken(whole) }

  return {
    clock,
    port,
    store,
    messages,
    lines,
    deps,
    /** A delivery to an app instance of its own. */
    deliver(
      rows: readonly unknown[],
      batchId: string | undefined = 'b-1',
      route: Route = '/push',
      headers: BatchHeaders = headersOf(batchId)
    ) {
      const alive = mortal(deps, writer)
      const seen = watchedLedger(alive.deps.ledger)
      const once = answerOnce({ ...alive.deps, ledger: seen.ledger }, clock, deadlineMs)
      const receive = receiveBatch(alive.writer, once, route, route === '/delete' ? 'delete' : undefined)
      const outcome = receive(Buffer.from(bodyOf(rows)), headers, () => true, clock.deadline(deadlineMs))
      return { outcome, kill: alive.kill, claims: seen.claims, hasLostLedger: seen.hasFailed }
    },
    poll: (batchId = 'b-1', route = '/push', pushTables?: string): Promise<Polled> =>
      pollBatch(deps, clock, { route, batchId, pushTables }, clock.deadline(deadlineMs)),
    /** One worker on one delivery of a message. */
    drain(body: string, mostMs = 120_000) {
      const alive = mortal(deps, writer)
      const hash = (JSON.parse(body) as { batch: string }).batch
      return {
        done: drainSpill(alive.deps, alive.writer, () => true)(hash, clock.deadline(mostMs)),
        kill: alive.kill
      }
    },
    /** Delivers messages until none is left, each as soon as it is due. */
    async drainAll(): Promise<void> {
      for (let next = messages.shift(); next !== undefined; next = messages.shift()) {
        await clock.sleep(next.atMs - clock.now())
        await this.drain(next.body).done
      }
    },
    /** What Snowflake gets in the end: the answer, or what polling finds once the queue is empty. */
    async settle(outcome: Promise<BatchOutcome>, batchId = 'b-1'): Promise<readonly RowResult[]> {
      const { results } = await outcome
      if (results !== undefined) return results
      await this.drainAll()
      const polled = await this.poll(batchId)
      if (polled.kind !== 'answered') throw new Error(`the batch is ${polled.kind}`)
      return polled.results
    }
  }
}

export const headersOf = (batchId: string | undefined): BatchHeaders => ({
  queryId: 'q-1',
  batchId,
  user: 'ANN',
  role: undefined,
  account: undefined,
  pushTables: undefined
})

const bodyOf = (rows: readonly unknown[]): string =>
  JSON.stringify({
    data: rows.map((row, n) => (Array.isArray(row) ? [n, 'orders', ...row] : [n, 'orders', row]))
  })

/** Counts the claims that a process was granted, and knows whether the ledger has ever failed it. */
const watchedLedger = (ledger: OnceDeps['ledger']) => {
  let [claims, hasFailed] = [0, false]
  const watched = async <T>(call: Promise<T>): Promise<T> => {
    try {
      return await call
    } catch (error) {
      hasFailed = true
      throw error
    }
  }
  return {
    claims: () => claims,
    hasFailed: () => hasFailed,
    ledger: {
      get: (key) => watched(ledger.get(key)),
      async put(record, was) {
        const isMade = await watched(ledger.put(record, was))
        if (isMade && (record as Partial<BatchRecord>).state === 'working') claims += 1
        return isMade
      }
    } satisfies OnceDeps['ledger']
  }
}

/** A process that can die: from then on it calls nobody, and hears no answer. */
const mortal = (deps: OnceDeps, writer: Writer) => {
  let isDead = false
  const never = new Promise<never>(() => {})
  const guard = <T extends object>(part: T): T =>
    new Proxy(part, {
      get: (target, name) => {
        const method = Reflect.get(target, name) as (...args: unknown[]) => unknown
        return (...args: unknown[]) => (isDead ? never : method.apply(target, args))
      }
    })
  return {
    deps: {
      ...deps,
      ledger: guard(deps.ledger),
      store: guard(deps.store),
      queue: guard(deps.queue),
      meters: deps.meters && guard(deps.meters)
    },
    writer: { ...writer, port: guard(writer.port) },
    kill() {
      isDead = true
    }
  }
}
