import { decompress } from '../../decode/decompress.ts'
import { splitLines, withoutReturn } from '../../decode/split-lines.ts'
import { type Key, keyOf } from '../../plan/key.ts'
import { Flaw, type RejectCode } from '../../plan/row-result.ts'
import type { TargetTable } from '../../plan/target-table.ts'
import { parseItem } from '../../plan/wire.ts'
import { callFailure } from '../../write/call-failure.ts'
import type { LoadDeps } from '../load-deps.ts'
import { keyHash } from './staged-group.ts'

/** Why an item was not written. */
export interface ReportedFlaw {
  readonly code: RejectCode
  readonly message: string
}

/** A line holds an item of at most 400 KB, which is longer as JSON, and words about it. */
const maxLineBytes = 16 * 1024 * 1024

/**
 * Items that a job reports, by the hash of their keys. How a report is laid out is documented in parts only
 * (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.Output.html): so every line of every object
 * below its prefix is read, packed or not, and counts when it holds, at any depth, an object or JSON text with the key
 * attributes of the table. Whether the lines tell of all items is for the caller to compare with the job's count.
 *
 * @param most more than so many are not read
 */
export const readReport = async (
  store: LoadDeps['store'],
  { prefix, table, most }: { readonly prefix: string; readonly table: TargetTable; readonly most: number },
  deadline: AbortSignal
): Promise<ReadonlyMap<bigint, ReportedFlaw>> => {
  const found = new Map<bigint, ReportedFlaw>()
  for await (const object of store.list(prefix, deadline))
    for await (const line of linesOf(store.stream(object, 0, deadline))) {
      const said = readLine(line, table)
      if (said === undefined) continue
      found.set(said.hash, said.flaw)
      if (found.size > most) return found
    }
  return found
}

async function* linesOf(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  for await (const lines of splitLines(decompress(bytes, 'auto'), maxLineBytes)) {
    if (!('block' in lines)) continue
    const { block } = lines
    for (let start = 0; start < block.length; ) {
      const feed = block.indexOf(0x0a, start)
      const end = feed === -1 ? block.length : feed
      yield block.toString('utf8', start, withoutReturn(block, start, end))
      start = end + 1
    }
  }
}

const readLine = (
  line: string,
  table: TargetTable
): { readonly hash: bigint; readonly flaw: ReportedFlaw } | undefined => {
  const read = parsed(line)
  const key = read === undefined ? undefined : keyIn(read, table, mostDepth)
  if (key === undefined) return undefined
  const failure = callFailure({ name: 'ValidationException', message: wordsIn(read).join(' ') })
  // Always so for this name; DynamoDB's words may hold values, so that only their kind is passed on.
  const { code, message } = failure.kind === 'invalid' ? failure.flaw : new Flaw('unsupported_value', '')
  return { hash: keyHash(key.text), flaw: { code, message } }
}

const mostDepth = 8

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null

/** The first key of the table in a value, at whatever depth. */
const keyIn = (value: unknown, table: TargetTable, depth: number): Key | undefined => {
  if (depth === 0) return undefined
  if (typeof value === 'string')
    return value.startsWith('{') ? keyIn(parsed(value), table, depth - 1) : undefined
  if (!isObject(value)) return undefined
  const key = keyOfItem(value, table)
  if (key) return key
  for (const member of Object.values(value)) {
    const inside = keyIn(member, table, depth - 1)
    if (inside) return inside
  }
  return undefined
}

const keyOfItem = (value: Record<string, unknown>, { keys, ...table }: TargetTable): Key | undefined => {
  const attributes: Record<string, unknown> = {}
  for (const { name, type } of keys) {
    const attribute = value[name]
    if (!isObject(attribute) || typeof attribute[type] !== 'string') return undefined
    attributes[name] = { [type]: attribute[type] }
  }
  const key = keyOf(
    parseItem(JSON.stringify(attributes)),
    { ...table, keys },
    keys.map(({ name }) => name)
  )
  return key instanceof Flaw ? undefined : key
}

/** What a line says about its item: texts whose names speak of errors. */
const wordsIn = (value: unknown, depth = mostDepth): readonly string[] =>
  isObject(value) && depth > 0
    ? Object.entries(value).flatMap(([name, member]) =>
        typeof member === 'string' && /error|message|reason|code/i.test(name)
          ? [member]
          : wordsIn(member, depth - 1)
      )
    : []
