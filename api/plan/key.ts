import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { attributeName } from './attribute-name.ts'
import { valueBytes } from './item-size.ts'
import { Flaw, named } from './row-result.ts'
import { valueText } from './same-item.ts'
import type { KeyAttribute, TargetTable } from './target-table.ts'

/** A primary key: its attributes, and one text that is equal for keys that DynamoDB holds as equal. */
export interface Key {
  readonly attributes: ReadonlyMap<string, AttributeValue>
  readonly text: string
}

/** Where the caller can mend a key: by a row's options too, or in SQL alone, because a read takes none. */
export type Cure = 'options' | 'sql'

/**
 * Takes the primary key out of a row's attributes.
 *
 * @param columns the row's column names as sent, to name a near match when a key attribute is missing
 */
export const keyOf = (
  attributes: ReadonlyMap<string, AttributeValue>,
  table: TargetTable,
  columns: Iterable<string>,
  cure: Cure = 'options'
): Key | Flaw => {
  const key = new Map<string, AttributeValue>()
  let text = ''
  for (const wanted of table.keys) {
    const value = attributes.get(wanted.name)
    if (value === undefined || value.NULL !== undefined)
      return missingKey(wanted, value !== undefined, columns, cure)
    const flaw = keyFlaw(value, wanted, 'key', cure)
    if (flaw) return flaw
    key.set(wanted.name, value)
    text += `${valueText(value)} `
  }
  return { attributes: key, text }
}

/** What makes a value unfit for a key attribute of the table or of one of its indexes. */
export const keyFlaw = (
  value: AttributeValue,
  wanted: KeyAttribute,
  what: string,
  cure: Cure = 'options'
): Flaw | undefined => {
  const name = named(wanted.name)
  if (value[wanted.type] === undefined) {
    const found = Object.keys(value)[0] ?? 'another type'
    return new Flaw(
      'key_type',
      `${what} ${name} is ${wanted.type} in the table and ${found} in the row; ` +
        (cure === 'sql'
          ? 'cast it in SQL'
          : `cast the column in SQL or use option types: {'${name}': '${wanted.type}'}`)
    )
  }
  if (wanted.type === 'N') return undefined
  const bytes = valueBytes(value)
  if (bytes === 0) return new Flaw('invalid_key', `${what} ${name} is empty, which DynamoDB does not hold`)
  if (bytes > wanted.maxBytes)
    return new Flaw('invalid_key', `${what} ${name} has ${bytes} bytes, DynamoDB holds ${wanted.maxBytes}`)
  return undefined
}

const missingKey = ({ name }: KeyAttribute, isNull: boolean, columns: Iterable<string>, cure: Cure): Flaw => {
  const key = `key ${named(name)}`
  if (isNull) return new Flaw('missing_key', `${key} is NULL`)
  const sent = [...columns]
  const near = nearColumn(name, sent)
  if (near === undefined)
    return new Flaw('missing_key', `${key} is missing in the row${seen(name, sent, cure)}`)
  const [column, nameCase] = near
  const advice =
    cure === 'sql'
      ? `write OBJECT_CONSTRUCT('${named(name)}', …)`
      : nameCase === undefined
        ? `use option rename: {'${named(column)}': '${named(name)}'}`
        : `use option names: '${nameCase}'`
  return new Flaw('missing_key', `${key} is missing; the row has ${named(column)}: ${advice}`)
}

/** What the row has instead: the names that were read out of a header, for one. */
const seen = (name: string, sent: readonly string[], cure: Cure): string => {
  if (sent.length === 0 || sent.includes(name)) return ''
  const [only = ''] = sent
  const separator = sent.length === 1 ? /[;\t|]/.exec(only)?.[0] : undefined
  if (separator !== undefined && cure === 'options')
    return `, which has one column, ${named(only)}: use option format: {'field_delimiter': '${separator === '\t' ? '\\t' : separator}'}`
  const most = 6
  return `, which has ${sent.slice(0, most).map(named).join(', ')}${sent.length > most ? ', …' : ''}`
}

/** The column that was probably meant to be the key, and the option `names` that makes it so, if one does. */
const nearColumn = (
  name: string,
  sent: readonly string[]
): [string, 'lower' | 'camel' | undefined] | undefined => {
  // Of that very name the options have left nothing: another spelling of it would not help.
  const columns = sent.filter((column) => column !== name)
  for (const nameCase of ['lower', 'camel'] as const)
    for (const column of columns) if (attributeName(column, nameCase) === name) return [column, nameCase]
  const bare = (text: string): string => text.replaceAll('_', '').toLowerCase()
  const alike = columns.find((column) => bare(column) === bare(name))
  return alike === undefined ? undefined : [alike, undefined]
}
