import type { ResultRow } from './session.ts'

/** Names are compared as Snowflake compares unquoted ones. */
export const upper = (text: string | null | undefined): string => (text ?? '').toUpperCase()

/** "db.schema.name" → its last part. */
export const lastOf = (path: string): string => path.slice(path.lastIndexOf('.') + 1)
/** "db.schema.name" → "db.schema". */
export const restOf = (path: string): string => path.slice(0, path.lastIndexOf('.'))

/** DESCRIBE's rows: property in upper case → value. Integrations say `property_value`, functions `value`. */
export const propertiesOf = (rows: readonly ResultRow[]): ReadonlyMap<string, string> =>
  new Map(rows.map((row) => [upper(row.property), row.property_value ?? row.value ?? '']))

/** `a = 'x' b = ('y', 'z') c = 1` → pairs, lists as DESCRIBE shows them: `y,z`. */
export const settingsOf = (text: string): Array<[name: string, value: string]> =>
  [...text.matchAll(/(\w+)\s*=\s*(\([^)]*\)|'[^']*'|[\w.]+)/g)].map(([, name = '', value = '']) => [
    name,
    value.replace(/[()'\s]/g, '')
  ])

/** Text that means the same to SQL: case, blanks and a last `;` do not count. */
export const sameText = (one: string | null | undefined, other: string | null | undefined): boolean =>
  plain(one) === plain(other)

const plain = (text: string | null | undefined): string =>
  upper(text).replace(/\s+/g, ' ').replace(/;$/, '').trim()

/** `a varchar, b number(38, 0) default 1` → `varchar, number`: how DESCRIBE wants an overload named. */
export const typesOf = (args: string): string =>
  args
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((arg) => arg.trim().split(/\s+/)[1])
    .filter((type) => type !== undefined)
    .join(', ')
