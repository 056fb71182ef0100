import * as z from 'zod'
import { readTableSpec, type TableSpec } from '../api/local/table-spec.ts'

// A table that the deployment creates: `"id:S"`, or an object that says more.

type Key = TableSpec['keys'][number]

/** Keys of a table to create: `id:S`, or `pk:S,sk:N`. */
export const tableKeys = z
  .string()
  .regex(/^[^,:]+:[SNB](,[^,:]+:[SNB])?$/, "write it as 'key:T' or 'key:T,sortkey:T'")

/**
 * Keys of an index; each of the two may be up to four attributes, joined by `+`: `tenant:S+country:S,day:S`.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.DesignPattern.MultiAttributeKeys.html
 */
const indexKeys = z
  .string()
  .regex(
    /^[^,:+]+:[SNB](\+[^,:+]+:[SNB]){0,3}(,[^,:+]+:[SNB](\+[^,:+]+:[SNB]){0,3})?$/,
    "write it as 'key:T' or 'key:T,sortkey:T'; up to four attributes make a key: 'a:S+b:N,c:S'"
  )

const units = z.strictObject({ read: z.int().min(1), write: z.int().min(1) }).partial()
const index = z.union([
  indexKeys,
  z.strictObject({
    keys: indexKeys,
    /** What the index holds besides keys: all of the item, nothing more, or these attributes. */
    project: z.union([z.literal('all'), z.literal('keys'), z.array(z.string().min(1)).min(1)]).default('all'),
    warm: units.optional(),
    maxUnits: units.optional()
  })
])

export const createdTable = z.union(
  [
    tableKeys,
    z.strictObject({
      keys: tableKeys,
      /** The attribute of options `ttl` and `tombstone`: without it nothing ever expires. */
      ttl: z.string().min(1).max(255).optional(),
      /** Global secondary indexes by name. */
      indexes: z.record(z.string().regex(/^[A-Za-z0-9_.-]{3,255}$/), index).default({}),
      /** Days to which the table can be restored, to the second; false for none. */
      pointInTimeRecovery: z.union([z.boolean(), z.int().min(1).max(35)]).default(true),
      /** Units a second that the table takes from its first minute on; it is paid once, and cannot be lowered. */
      warm: units.optional(),
      /** Units a second beyond which DynamoDB refuses: a brake on cost. */
      maxUnits: units.optional()
    })
  ],
  { error: `neither 'key:T' or 'key:T,sortkey:T' nor {"keys", "ttl", "indexes", …}` }
)

export type Units = z.output<typeof units>

export interface IndexSpec {
  readonly name: string
  readonly partition: readonly Key[]
  readonly sort: readonly Key[]
  readonly project: 'all' | 'keys' | readonly string[]
  readonly warm: Units | undefined
  readonly maxUnits: Units | undefined
}

export interface CreatedTable extends TableSpec {
  readonly ttl: string | undefined
  readonly indexes: readonly IndexSpec[]
  readonly pointInTimeRecovery: boolean | number
  readonly warm: Units | undefined
  readonly maxUnits: Units | undefined
}

/** @throws Error that names the mistake: a name that cannot be, one attribute with two types */
export const readCreatedTable = (name: string, spec: z.output<typeof createdTable>): CreatedTable => {
  const given = typeof spec === 'string' ? { keys: spec } : spec
  const table = readTableSpec(`${name}=${given.keys}`)
  const indexes = Object.entries('indexes' in given ? given.indexes : {}).map(
    ([indexName, one]): IndexSpec => {
      const { keys: text, project = 'all', warm, maxUnits } = typeof one === 'string' ? { keys: one } : one
      const [partition = '', sort = ''] = text.split(',')
      return { name: indexName, partition: keysOf(partition), sort: keysOf(sort), project, warm, maxUnits }
    }
  )
  const types = new Map<string, string>()
  for (const { name: attribute, type } of [
    ...table.keys,
    ...indexes.flatMap(({ partition, sort }) => [...partition, ...sort])
  ]) {
    if ((types.get(attribute) ?? type) !== type)
      throw new Error(`${attribute} is ${types.get(attribute)} in one key and ${type} in another`)
    types.set(attribute, type)
  }
  return {
    ...table,
    ttl: undefined,
    pointInTimeRecovery: true,
    warm: undefined,
    maxUnits: undefined,
    ...given,
    keys: table.keys,
    indexes
  }
}

const keysOf = (text: string): Key[] =>
  text === ''
    ? []
    : text.split('+').map((each) => {
        const at = each.lastIndexOf(':')
        return { name: each.slice(0, at), type: each.slice(at + 1) as Key['type'] }
      })
