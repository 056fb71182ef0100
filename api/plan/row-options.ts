import type * as z from 'zod'
import { JsonObject, type JsonValue } from '../json/json-value.ts'
import { nearest } from '../json/nearest.ts'
import { type AttributeValue, toAttribute } from './attribute.ts'
import type { NameCase } from './attribute-name.ts'
import type { KeyTemplate } from './key-template.ts'
import type { NonFinite } from './non-finite.ts'
import type { Condition } from './planned-write.ts'
import { bulkOptionNotes, optionNotes, rowOptionsSchema } from './row-options-schema.ts'
import { Flaw, named } from './row-result.ts'
import type { AttributeType } from './typed-attribute.ts'

export type Mode = 'put' | 'update' | 'delete'

/** The third argument of a row, read. */
export interface RowOptions {
  readonly mode: Mode
  readonly version: string | undefined
  readonly tombstone: { readonly attribute: string; readonly days: number } | undefined
  readonly condition: 'absent' | 'present' | Condition | undefined
  readonly nulls: 'keep' | 'omit' | 'remove'
  readonly names: NameCase
  readonly rename: ReadonlyMap<string, string>
  readonly types: ReadonlyMap<string, AttributeType>
  readonly keys: ReadonlyMap<string, KeyTemplate>
  readonly ttl: { readonly attribute: string; readonly days: number } | undefined
  readonly stamp: string | undefined
  readonly skipUnchanged: boolean
  readonly dryRun: boolean
  readonly nonFinite: NonFinite
  /** The audit hears of each row. */
  readonly trail: boolean
  /** Write units a second, and percent of what the table takes, that these rows may spend. */
  readonly maxWcu: number | undefined
  readonly maxShare: number | undefined
}

/**
 * Reads the options of a row.
 *
 * @param options the third argument, already JSON; null means none
 * @param only the one mode that the route allows, as `/delete` does
 * @returns the options, or an `invalid_options` flaw that names the nearest known option or the allowed values
 */
export const readRowOptions = (options: JsonValue, only?: Mode): RowOptions | Flaw => {
  if (options === null) return noOptionsOf[only ?? 'put']
  if (!(options instanceof JsonObject))
    return invalid('the options are not an object: use OBJECT_CONSTRUCT(...)')
  if (options.repeated !== undefined) return invalid(`option ${named(options.repeated)} is given twice`)

  const parsed = rowOptionsSchema.safeParse(Object.fromEntries(options))
  if (!parsed.success) return invalid(wrongOption(parsed.error.issues[0]))
  const read = parsed.data
  if (only !== undefined && read.mode !== undefined && read.mode !== only)
    return invalid(`option mode is always '${only}' here`)
  if (read.tombstone && read.version === undefined)
    return invalid('option tombstone needs option version: the marker keeps the version of the delete')

  const guard = read.if === undefined || typeof read.if === 'string' ? read.if : toCondition(read.if)
  if (guard instanceof Flaw) return guard
  return {
    mode: only ?? read.mode ?? 'put',
    version: read.version,
    tombstone: read.tombstone,
    condition: guard,
    nulls: read.nulls ?? 'keep',
    names: read.names ?? 'as_is',
    rename: read.rename ?? noOptions.rename,
    types: read.types ?? noOptions.types,
    keys: read.keys ?? noOptions.keys,
    ttl: read.ttl,
    stamp: read.stamp,
    skipUnchanged: read.skip_unchanged ?? false,
    dryRun: read.dry_run ?? false,
    nonFinite: read.non_finite ?? 'reject',
    trail: read.trail ?? false,
    maxWcu: read.max_wcu,
    maxShare: read.max_share
  }
}

const noOptions: RowOptions = {
  mode: 'put',
  version: undefined,
  tombstone: undefined,
  condition: undefined,
  nulls: 'keep',
  names: 'as_is',
  rename: new Map(),
  types: new Map(),
  keys: new Map(),
  ttl: undefined,
  stamp: undefined,
  skipUnchanged: false,
  dryRun: false,
  nonFinite: 'reject',
  trail: false,
  maxWcu: undefined,
  maxShare: undefined
}

/** The same object for all rows without options, because much is remembered by it. */
const noOptionsOf: Readonly<Record<Mode, RowOptions>> = {
  put: Object.freeze({ ...noOptions }),
  update: Object.freeze({ ...noOptions, mode: 'update' as const }),
  delete: Object.freeze({ ...noOptions, mode: 'delete' as const })
}

const invalid = (message: string): Flaw => new Flaw('invalid_options', message)

const wrongOption = (issue: z.core.$ZodIssue | undefined): string => {
  const option = issue?.path[0]
  if (typeof option === 'string')
    return `option ${option} takes ${optionNotes[option]?.values ?? 'another value'}`
  const unknown = issue?.code === 'unrecognized_keys' ? (issue.keys[0] ?? '') : ''
  if (Object.hasOwn(bulkOptionNotes, unknown))
    return `option ${unknown} is for bulk loads: use it with start_dynamo_load`
  const known = Object.keys(optionNotes)
  const meant = nearest(unknown, known)
  return meant === undefined
    ? `unknown option ${named(unknown)}; the options are ${known.join(', ')}`
    : `unknown option ${named(unknown)}: did you mean ${meant}?`
}

interface ConditionAsSent {
  readonly expression: string
  readonly names?: ReadonlyMap<string, string> | undefined
  readonly values?: ReadonlyMap<string, JsonValue> | undefined
}

const toCondition = ({ expression, names, values }: ConditionAsSent): Condition | Flaw => {
  const typed: Record<string, AttributeValue> = {}
  for (const name of names?.keys() ?? [])
    if (!/^#[A-Za-z0-9_]+$/.test(name))
      return invalid("option if: a name placeholder is written like '#status'")
  for (const [name, value] of values ?? []) {
    if (!/^:[A-Za-z0-9_]+$/.test(name))
      return invalid("option if: a value placeholder is written like ':limit'")
    const made = toAttribute(value, name)
    if (made instanceof Flaw) return invalid(`option if: ${made.message}`)
    typed[name] = made
  }
  return { expression, names: Object.fromEntries(names ?? []), values: typed }
}
