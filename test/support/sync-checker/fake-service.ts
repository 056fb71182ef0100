import { gunzipSync, gzipSync } from 'node:zlib'
import type { CallExternal } from '../../../api/local/worksheet/call-external.ts'
import { memoryStore } from '../memory-store.ts'

/** How one call of an external function fares. */
export type CallFault =
  | 'none'
  /** The statement fails before anything is applied. */
  | 'fails'
  /** … after everything is applied: the answers are lost. */
  | 'fails late'
  /** … after half of it is applied. */
  | 'fails half-way'
  /** Every other row is not applied and unprocessed. */
  | 'throttled'
  /** Every other row is applied, and its answer says unprocessed. */
  | 'unsure'

export const callFaults: readonly CallFault[] = [
  'fails',
  'fails late',
  'fails half-way',
  'throttled',
  'unsure'
]

interface Load {
  readonly table: string
  readonly options: Options
  readonly keys: readonly string[]
  /** How often it still says that it is running. */
  left: number
  status: Readonly<Record<string, unknown>> | undefined
}
interface Options {
  readonly mode?: string
  readonly dry_run?: boolean
  readonly skip_unchanged?: boolean
  readonly if?: unknown
}
type Item = Readonly<Record<string, unknown>>
type RowResult = Readonly<{ status: string; code?: string; message?: string }>

/**
 * The service as syncs see it, in memory: tables with the key ID, the row results of the contract, loads that end after
 * they have been asked for a few times. A row whose column BAD is true is rejected.
 */
export const fakeService = () => {
  let random = (): number => 0.5
  const tables = new Map<string, Map<string, string>>()
  const loads = new Map<string, Load>()
  const bucket = memoryStore()
  let fault: CallFault = 'none'
  let longestLoad = 0
  let failsLoads = false
  let meanwhile: (() => Promise<void>) | undefined

  const itemsOf = (table: string): Map<string, string> => {
    const items = tables.get(table) ?? new Map<string, string>()
    tables.set(table, items)
    return items
  }

  const applied = (table: string, item: Item, options: Options): RowResult => {
    const key = item.ID
    if (key === undefined || key === null)
      return { status: 'rejected', code: 'missing_key', message: 'key ID is NULL' }
    if (key === '') return { status: 'rejected', code: 'invalid_key', message: 'key ID is empty' }
    const items = itemsOf(table)
    if (options.mode === 'delete') {
      items.delete(String(key))
      return { status: 'deleted' }
    }
    if (item.BAD === true) return { status: 'rejected', code: 'unsupported_value', message: 'attribute BAD' }
    const text = JSON.stringify(item)
    if (options.skip_unchanged === true && items.get(String(key)) === text) return { status: 'unchanged' }
    if (options.if !== undefined) return { status: 'condition_failed' }
    items.set(String(key), text)
    return { status: 'written' }
  }

  const push = (rows: readonly (readonly string[])[]): readonly string[] => {
    const now = fault
    const read = rows.map(([table = '', item = '', options = '{}']) => ({
      table: JSON.parse(table) as string,
      item: JSON.parse(item) as Item,
      options: (JSON.parse(options) ?? {}) as Options
    }))
    if (read.some(({ options }) => options.dry_run === true))
      return read.map(() => '{"status":"rejected","code":"missing_key"}')
    const lost = new Error('Request failed for external function PUSH_TO_DYNAMO')
    if (now === 'fails') throw lost
    const most = now === 'fails half-way' ? Math.ceil(read.length / 2) : read.length
    const unprocessed = { status: 'unprocessed', message: 'out of time' }
    const answers = read.slice(0, most).map(({ table, item, options }, at) => {
      if (now === 'throttled' && at % 2 === 0) return unprocessed
      const answer = applied(table, item, options)
      return now === 'unsure' && at % 2 === 0 ? unprocessed : answer
    })
    if (now.startsWith('fails')) throw lost
    return answers.map((answer) => JSON.stringify(answer))
  }

  const endLoad = async (run: string, load: Load): Promise<Readonly<Record<string, unknown>>> => {
    const counts = {
      written: 0,
      deleted: 0,
      superseded: 0,
      stale: 0,
      unchanged: 0,
      rejected: 0,
      condition_failed: 0
    }
    let read = 0
    for (const key of load.keys) {
      const content = bucket.objects.get(key)
      if (content === undefined) throw new Error(`the manifest names ${key}, which is not there`)
      const text = (key.endsWith('.gz') ? gunzipSync(content) : Buffer.from(content)).toString('utf8')
      const aside: string[] = []
      const lines = text.split('\n').filter(Boolean)
      for (const line of failsLoads ? lines.slice(1) : lines) {
        read += 1
        const item = JSON.parse(line) as Item
        const result = applied(load.table, item, load.options)
        counts[result.status as keyof typeof counts] += 1
        if (result.status === 'rejected')
          aside.push(JSON.stringify({ number: read, code: result.code, message: result.message, row: item }))
      }
      const name = key.split('/').at(-1) ?? ''
      if (aside.length > 0)
        await bucket.write(`rejected/${run}/${name}.ndjson.gz`, gzipSync(`${aside.join('\n')}\n`))
    }
    return {
      run,
      state: failsLoads ? 'failed' : 'complete',
      rows: { expected: read, read, ...counts },
      write_units: read,
      errors: failsLoads ? ['a chunk cannot be read'] : []
    }
  }

  const startLoad = async ([
    table = '',
    manifest = '',
    options = '{}'
  ]: readonly string[]): Promise<string> => {
    const { run, files } = JSON.parse(manifest) as { run: string; files: readonly { name: string }[] }
    if (fault === 'fails') throw new Error('Request failed for external function START_DYNAMO_LOAD')
    const load: Load = loads.get(run) ?? {
      table: JSON.parse(table) as string,
      options: (JSON.parse(options) ?? {}) as Options,
      keys: files.map(({ name }) => `unload/${run}/${name}`),
      left: Math.floor(random() * (longestLoad + 1)),
      status: undefined
    }
    loads.set(run, load)
    if (load.left > 0) load.left -= 1
    else load.status ??= await endLoad(run, load)
    if (fault.startsWith('fails')) throw new Error('Request failed for external function START_DYNAMO_LOAD')
    return JSON.stringify(load.status ?? { run, state: 'running', rows: {}, errors: [] })
  }

  const call: CallExternal = async (fn, rows) => {
    switch (fn.name) {
      case 'push_to_dynamo': {
        const first = meanwhile
        meanwhile = undefined
        await first?.()
        return push(rows)
      }
      case 'get_from_dynamo':
        return rows.map(([table = '', key = 'null']) => {
          const id = (JSON.parse(key) as Item | null)?.ID
          return itemsOf(JSON.parse(table) as string).get(String(id)) ?? 'null'
        })
      case 'start_dynamo_load': {
        const answers: string[] = []
        for (const row of rows) answers.push(await startLoad(row))
        return answers
      }
      default:
        throw new Error(`${fn.name} is not played`)
    }
  }

  return {
    call,
    bucket,
    itemsOf,
    /** Empty tables and bucket, no loads and no faults; `dice` decides how often a load says that it is running. */
    reset: (dice: () => number = () => 0.5) => {
      random = dice
      tables.clear()
      loads.clear()
      bucket.objects.clear()
      fault = 'none'
      longestLoad = 0
      failsLoads = false
      meanwhile = undefined
    },
    /** Somebody does something while the next push is under way, before it is applied; undefined: nobody does. */
    beforePush: (what: (() => Promise<void>) | undefined) => {
      meanwhile = what
    },
    /** How calls fare from now on. */
    play: (next: CallFault) => {
      fault = next
    },
    /** How often a load may say that it is running, and whether loads leave a row out and fail. */
    loadsTake: (asks: number, fail: boolean) => {
      longestLoad = asks
      failsLoads = fail
    }
  }
}

export type FakeService = ReturnType<typeof fakeService>
