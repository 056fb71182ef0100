import { ledgerTableName } from '../ledger/ledger-store.ts'

/** A table as the local commands take it: `--table orders=id:S`, `--table events=pk:S,sk:N`. */
export interface TableSpec {
  readonly name: string
  readonly keys: ReadonlyArray<{ readonly name: string; readonly type: 'S' | 'N' | 'B' }>
}

/** @throws Error that shows the form, when the text does not have it */
export const readTableSpec = (text: string): TableSpec => {
  const parts = /^([A-Za-z0-9_.-]{3,255})=([^,]{1,255}?):([SNB])(?:,([^,]{1,255}?):([SNB]))?$/.exec(text)
  if (!parts)
    throw new Error(
      `--table ${text}: write it as name=key:T or name=key:T,sortkey:T with T one of S, N, B; ` +
        'a name has 3 to 255 letters, digits, _ . or -'
    )
  const [, name = '', partitionKey = '', partitionType = 'S', sortKey, sortType] = parts
  const keys = [{ name: partitionKey, type: partitionType as 'S' }]
  if (sortKey !== undefined) keys.push({ name: sortKey, type: sortType as 'S' })
  if (sortKey === partitionKey) throw new Error(`--table ${text}: partition key and sort key need two names`)
  if (name === ledgerTableName) throw new Error(`--table ${text}: the ledger of the service has this name`)
  return { name, keys }
}

/** Several `--table`. @throws Error when one of them cannot be read, or a table is named twice */
export const readTableSpecs = (texts: readonly string[]): readonly TableSpec[] => {
  const specs = texts.map(readTableSpec)
  const repeated = specs.find(({ name }, at) => specs.findIndex((other) => other.name === name) < at)
  if (repeated) throw new Error(`--table ${repeated.name} is given twice`)
  return specs
}

/** Keys as `--table` takes them. */
export const shownKeys = (keys: TableSpec['keys']): string =>
  keys.map(({ name, type }) => `${name}:${type}`).join()

/** A table as `--table` takes it. */
export const shownTable = ({ name, keys }: TableSpec): string => `${name}=${shownKeys(keys)}`
