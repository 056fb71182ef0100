import { tableList } from '../../api/batch/table-list.ts'
import type { LedgerStore } from '../../api/ledger/ledger-store.ts'
import type { LoadDeps } from '../../api/load/load-deps.ts'
import { loadMessage } from '../../api/load/loader.ts'
import type { ImportTables } from '../../api/load/managed/import-tables.ts'
import { requestRedrive } from '../../api/load/redrive.ts'
import { type RunStatus, readRunStatus } from '../../api/load/run-status.ts'
import type { LogLine } from '../../api/runtime/log.ts'
import type { ManagedJobs } from '../../api/write/managed-jobs.ts'
import { memoryLedger } from './memory-ledger.ts'
import { type MemoryStore, memoryStore } from './memory-store.ts'
import { tableOf } from './rows.ts'
import { type PortCall, type PortFault, type ScriptedPort, scriptedPort } from './scripted-port.ts'
import { type VirtualClock, virtualClock } from './virtual-clock.ts'

/** One worker's life: its own view of the world, and the signal that ends its time. */
export interface WorkerLife {
  readonly deps: LoadDeps
  readonly deadline: AbortSignal
}

export interface DrainOptions {
  /** Visits at the same time. */
  readonly lanes?: number
  /** A life for each delivery; the world as it is, without end, unless told. */
  readonly life?: (deps: LoadDeps) => WorkerLife
}

/** The bulk path with bucket, queue, ledger and table in memory, in virtual time. */
export interface BulkWorld {
  readonly clock: VirtualClock
  readonly store: MemoryStore
  readonly ledger: LedgerStore
  readonly port: ScriptedPort
  readonly deps: LoadDeps
  readonly announced: RunStatus[]
  readonly deadLetters: string[]
  readonly lines: LogLine[]
  put(key: string, content: string | Uint8Array): void
  /** Files and their manifest; sends nothing. */
  unload(run: string, files: Readonly<Record<string, string | Uint8Array>>, manifest?: object): void
  /** The event of an object that arrived. */
  arrive(...keys: readonly string[]): Promise<void>
  send(body: unknown): Promise<void>
  /** Delivers messages, in any order, until none is left. */
  drain(options?: DrainOptions): Promise<void>
  redrive(run: string, options?: object): Promise<void>
  status(run: string): Promise<RunStatus>
  text(key: string): string
  /** Keys of the table's items, without their type marks, in order. */
  ids(): readonly string[]
}

export interface WorldOptions {
  readonly random?: () => number
  readonly script?: (call: PortCall) => PortFault
  readonly callMs?: number
  readonly keyType?: 'S' | 'N'
  readonly tables?: string
  /** One that holds something already. */
  readonly ledger?: LedgerStore
  readonly managed?: ManagedJobs | undefined
  readonly imports?: ImportTables
  /** Whether the table is there; it is unless told. */
  readonly isThere?: () => boolean
}

interface Message {
  readonly body: string
  receiveCount: number
  visibleAtMs: number
}

const visibilityMs = 90_000
const maxReceiveCount = 6

export const bulkWorld = (options: WorldOptions = {}): BulkWorld => {
  const { random, script, callMs = 0, keyType = 'S', tables = 'orders', isThere = () => true } = options
  const clock = virtualClock(random)
  const { ledger = memoryLedger() } = options
  const [store, port] = [memoryStore(), scriptedPort(clock, script, callMs)]
  const bag: Message[] = []
  const [announced, deadLetters, lines]: [RunStatus[], string[], LogLine[]] = [[], [], []]
  const table = tableOf({ id: keyType })
  /** A worker remembers the table from its first look on, and plans rows by it while it reads them. */
  let known: typeof table | undefined
  const lookup = async (name: string) => {
    known = name === 'gone' || !isThere() ? undefined : table
    return known ? ({ kind: 'table', table, isFresh: true } as const) : ({ kind: 'unknown' } as const)
  }

  const deps: LoadDeps = {
    ledger,
    store,
    queue: {
      async send(body, delaySeconds = 0) {
        bag.push({ body, receiveCount: 0, visibleAtMs: clock.now() + delaySeconds * 1000 })
      }
    },
    writer: { port, schemas: { known: () => known, find: lookup, lookAgain: lookup }, clock },
    clock,
    isAllowed: tableList(tables),
    ...(options.managed ? { managed: options.managed } : {}),
    ...(options.imports ? { imports: options.imports } : {}),
    announce: async (status) => {
      announced.push(status)
    },
    log: (line) => lines.push(line)
  }

  const take = (): Message | undefined => {
    const visible = bag.filter(({ visibleAtMs }) => visibleAtMs <= clock.now())
    const message = visible[Math.floor(clock.random() * visible.length)]
    if (message) bag.splice(bag.indexOf(message), 1)
    return message
  }
  const putObject = (key: string, content: string | Uint8Array): void => {
    store.objects.set(key, typeof content === 'string' ? Buffer.from(content) : content)
  }

  return {
    clock,
    store,
    ledger,
    port,
    deps,
    announced,
    deadLetters,
    lines,
    put: putObject,
    unload(run, files, manifest = {}) {
      for (const [name, content] of Object.entries(files)) putObject(`unload/${run}/${name}`, content)
      const listed = Object.keys(files).map((name) => ({ name }))
      const whole = { version: 1, run, table: 'orders', files: listed, ...manifest }
      putObject(`unload/${run}/manifest.json`, JSON.stringify(whole))
    },
    async arrive(...keys) {
      const Records = keys.map((key) => ({
        eventName: 'ObjectCreated:Put',
        s3: { object: { key: encodeURIComponent(key) } }
      }))
      await deps.queue.send(JSON.stringify({ Records }))
    },
    send: (body) => deps.queue.send(typeof body === 'string' ? body : JSON.stringify(body)),

    async drain({ lanes = 4, life }: DrainOptions = {}) {
      const load = loadMessage(deps)
      const forever = new AbortController().signal
      let working = 0
      const lane = async (): Promise<void> => {
        while (bag.length > 0 || working > 0) {
          const message = take()
          // Virtual time is for who sleeps: it must not overtake somebody who waits for the real gzip on a busy machine.
          if (message === undefined && working > 0) {
            await new Promise((resolve) => setImmediate(resolve))
            continue
          }
          if (message === undefined) {
            const nextMs = Math.min(...bag.map(({ visibleAtMs }) => visibleAtMs))
            await clock.sleep(Math.min(1_000, Math.max(1, nextMs - clock.now())))
            continue
          }
          if (message.receiveCount >= maxReceiveCount) {
            deadLetters.push(message.body)
            continue
          }
          message.receiveCount += 1
          working += 1
          const lived = life?.(deps)
          const { body, receiveCount } = message
          const delivery = { id: 'm', body, receiveCount, receipt: 'r', waitedMs: 0 }
          try {
            await (lived ? loadMessage(lived.deps) : load)(delivery, lived?.deadline ?? forever)
          } catch {
            message.visibleAtMs = clock.now() + visibilityMs
            bag.push(message)
          }
          working -= 1
        }
      }
      await Promise.all(Array.from({ length: lanes }, lane))
    },

    async redrive(run, redriveOptions) {
      await requestRedrive(deps, run, redriveOptions && JSON.stringify(redriveOptions))
    },
    async status(run) {
      const status = await readRunStatus(ledger, run, clock.now())
      if (status === undefined) throw new Error(`nobody knows the run ${run}`)
      return status
    },
    text: (key) => Buffer.from(store.objects.get(key) ?? []).toString(),
    ids: () => [...port.items.keys()].map((text) => text.replace(/^[SN]|"|\s/g, '')).toSorted()
  }
}

/** Rows as NDJSON. */
export const ndjson = (...rows: readonly object[]): string =>
  rows.map((row) => `${JSON.stringify(row)}\n`).join('')

/** Rows with ids `from` up to `to` (not included), such as `r0007`. */
export const orders = (from: number, to: number): string =>
  ndjson(
    ...Array.from({ length: to - from }, (_, n) => ({
      id: `r${String(from + n).padStart(4, '0')}`,
      n: from + n
    }))
  )

/** Dice of a seed: equal seeds, equal throws. */
export const diceOf = (seed: number): (() => number) => {
  let state = seed | 0
  return () => {
    state = (state + 0x6d2b79f5) | 0
    const a = Math.imul(state ^ (state >>> 15), 1 | state)
    const b = (a + Math.imul(a ^ (a >>> 7), 61 | a)) ^ a
    return ((b ^ (b >>> 14)) >>> 0) / 4_294_967_296
  }
}
