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

/**
 * Takes the primary key out of a row's attributes.
 *
 * @param columns the row's column names as sent, to name a near match when a key attribute is missing
 */
export const keyOf = (
  attributes: ReadonlyMap<string, AttributeValue>,
  table: TargetTable,
  columns: Iterable<string>
): Key | Flaw => {
  const key = new Map<string, AttributeValue>()
  let text = ''
  for (const wanted of table.keys) {
    const value = attributes.get(wanted.name)
    if (value === undefined || value.NULL !== undefined)
      return missingKey(wanted, value !== undefined, columns)
    const flaw = keyFlaw(value, wanted, 'key')
    if (flaw) return flaw
    key.set(wanted.name, value)
    text += `${valueText(value)} `
  }
  return { attributes: key, text }
}

/** What makes a value unfit for a key attribute of the table or of one of its indexes. */
export const keyFlaw = (value: AttributeValue, wanted: KeyAttribute, what: string): Flaw | undefined => {
  const name = named(wanted.name)
  if (value[wanted.type] === undefined) {
    const found = Object.keys(value)[0] ?? 'another type'
    return new Flaw(
      'key_type',
      `${what} ${name} is ${wanted.type} in the table and ${found} in the row; ` +
        `cast the column in SQL or use option types: {'${name}': '${wanted.type}'}`
    )
  }
  if (wanted.type === 'N') return undefined
  const bytes = valueBytes(value)
  if (bytes === 0) return new Flaw('invalid_key', `${what} ${name} is empty, which DynamoDB does not hold`)
  if (bytes > wanted.maxBytes)
    return new Flaw('invalid_key', `${what} ${name} has ${bytes} bytes, DynamoDB holds ${wanted.maxBytes}`)
  return undefined
}

const missingKey = ({ name }: KeyAttribute, isNull: boolean, columns: Iterable<string>): Flaw => {
  if (isNull) return new Flaw('missing_key', `key ${named(name)} is NULL`)
  for (const nameCase of ['lower', 'camel'] as const) {
    for (const column of columns) {
      if (attributeName(column, nameCase) === name)
        return new Flaw(
          'missing_key',
          `key ${named(name)} is missing; the row has ${named(column)}: use option names: '${nameCase}'`
        )
    }
  }
  for (const column of columns) {
    if (column.replaceAll('_', '').toLowerCase() === name.replaceAll('_', '').toLowerCase())
      return new Flaw(
        'missing_key',
        `key ${named(name)} is missing; the row has ${named(column)}: use option rename: {'${named(column)}': '${named(name)}'}`
      )
  }
  return new Flaw('missing_key', `key ${named(name)} is missing in the row`)
}
