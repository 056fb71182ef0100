import * as z from 'zod'
import { nameCases } from './attribute-name.ts'
import { nonFiniteChoices } from './non-finite.ts'
import { attribute, condition, expiry, numberUpTo, objectOf, template } from './option-forms.ts'
import { attributeTypes } from './typed-attribute.ts'

/** What the README says of an option; the schema below carries it, so that both stay one. */
export type OptionNote = {
  readonly values: string
  readonly default: string
  readonly meaning: string
}

const note = (values: string, byDefault: string, meaning: string): OptionNote => ({
  values,
  default: byDefault,
  meaning
})

/** The one list of row options: what is accepted, and what the README says. */
export const rowOptionsSchema = z.strictObject({
  mode: z
    .enum(['put', 'update', 'delete'])
    .optional()
    .meta(
      note(
        "'put', 'update' or 'delete'",
        'put',
        'replace the item · set only the given attributes, creating the item if it is absent · delete by key'
      )
    ),
  version: attribute
    .optional()
    .meta(
      note(
        'an attribute name',
        'none',
        'write only when the stored version is lower or absent; in a batch the highest version of a key wins'
      )
    ),
  tombstone: expiry
    .optional()
    .meta(
      note(
        "{'attribute': name, 'days': number}",
        'none',
        'a versioned delete leaves a marker (key, version, TTL) so that an older put arriving later stays stale'
      )
    ),
  if: condition
    .optional()
    .meta(
      note(
        "'absent', 'present' or {'expression', 'names', 'values'}",
        'none',
        'a DynamoDB condition on the stored item; when it is false the row is condition_failed'
      )
    ),
  nulls: z
    .enum(['keep', 'omit', 'remove'])
    .optional()
    .meta(
      note(
        "'keep', 'omit' or 'remove'",
        'keep',
        'store NULL · leave the attribute out · (update) remove the attribute'
      )
    ),
  names: z
    .enum(nameCases)
    .optional()
    .meta(
      note(
        "'as_is', 'lower' or 'camel'",
        'as_is',
        'case of attribute names; column names arrive in upper case'
      )
    ),
  rename: objectOf(attribute)
    .optional()
    .meta(note("{'COLUMN': 'attribute'}", 'none', 'other attribute names; wins over names')),
  types: objectOf(z.enum(attributeTypes))
    .optional()
    .meta(
      note(
        `{'attribute': type}, a type being ${attributeTypes.join(', ')}`,
        'by JSON type',
        'B and BS take base64; epoch turns an ISO timestamp into seconds for TTL'
      )
    ),
  keys: objectOf(template)
    .optional()
    .meta(
      note(
        "{'attribute': 'TEXT#{COLUMN}'}",
        'none',
        'builds key attributes from columns; a missing or NULL column is missing_key'
      )
    ),
  ttl: expiry
    .optional()
    .meta(
      note(
        "{'attribute': name, 'days': number}",
        'none',
        'sets that attribute to now + days, in epoch seconds'
      )
    ),
  stamp: attribute
    .optional()
    .meta(
      note(
        'an attribute name',
        'none',
        'adds a map with query id, batch or chunk, and time: where the item came from'
      )
    ),
  skip_unchanged: z
    .boolean()
    .optional()
    .meta(note('true or false', 'false', 'reads first, a tenth of the price, and writes only what differs')),
  dry_run: z
    .boolean()
    .optional()
    .meta(note('true or false', 'false', 'every check, no write')),
  non_finite: z
    .enum(nonFiniteChoices)
    .optional()
    .meta(
      note(
        "'reject', 'null', 'omit' or 'text'",
        'reject',
        'NaN and infinities: reject the row · NULL · leave the attribute out · the text NaN, Infinity or -Infinity'
      )
    ),
  trail: z
    .boolean()
    .optional()
    .meta(note('true or false', 'false', 'one audit line a row: its key and its status')),
  max_wcu: numberUpTo(10_000_000)
    .optional()
    .meta(
      note(
        'write units a second, from 1 to 10000000',
        'none',
        'a budget, index writes counted, shared by all workers, batches and runs that name one on the table; together they keep the largest'
      )
    ),
  max_share: numberUpTo(100)
    .optional()
    .meta(
      note(
        'a percentage, from 1 to 100',
        'none',
        'the same as a share of what the table takes, stated or seen'
      )
    )
})

/** Options of a bulk load, read by the loader: on a row they are refused by name. */
export const bulkOptionNotes = {
  format: note(
    "{'type': 'ndjson', 'csv', 'parquet' or 'dynamodb_json', 'delimiter', 'null_if', …}",
    'by file name',
    'bulk only: how the chunks were written'
  ),
  engine: note(
    "'workers', 'bulk_put' or 'import'",
    'workers',
    "bulk only: who writes: our loader · DynamoDB's StartBulkPutItems · DynamoDB's ImportTable, for tables that do not exist yet"
  )
} satisfies Readonly<Record<string, OptionNote>>

/** Every row option with its note, in the order of the README. */
export const optionNotes: Readonly<Record<string, OptionNote>> = Object.fromEntries(
  Object.entries(rowOptionsSchema.shape).map(([name, option]) => [
    name,
    option.meta() as unknown as OptionNote
  ])
)
