import { toReadAnswer } from '../answer/to-answer.ts'
import { exactNames, hasWildcard, type TableList } from '../batch/table-list.ts'
import { decodeBatch } from '../decode/batch.ts'
import { BatchError } from '../decode/batch-error.ts'
import type { TargetTable } from '../plan/target-table.ts'
import { argumentCounts } from '../runtime/external-functions.ts'
import { inParallel } from '../runtime/in-parallel.ts'
import type { TableNames } from '../write/table-names.ts'
import type { Writer } from '../write/write-rows.ts'
import type { Received } from './route.ts'

/** Which tables there are to tell of. */
export interface ListedTables {
  /** The allow-list `PUSH_TABLES`. */
  readonly allowList: string
  /** Asked where the allow-list holds a `*`. */
  readonly names: TableNames
}

/** Tables looked up at the same time; what is known of them is kept between batches. */
const looksAtOnce = 8

/**
 * `/tables`: for each row the tables that its function may touch and that exist, in order of their names, as
 * `[{"table":"orders","keys":[{"name":"id","type":"S"}]}]`, partition key first.
 *
 * Tables that the allow-list names are described; only where it holds a `*` are the account's tables listed, which
 * needs `dynamodb:ListTables`.
 *
 * @throws BatchError `out_of_time` when a table does not tell: a list without it would be a lie
 */
export const tellTables =
  ({ schemas }: Pick<Writer, 'schemas'>, { allowList, names }: ListedTables) =>
  async ({ body, headers: { pushTables }, isAllowed, deadline }: Received): Promise<string> => {
    const rows = decodeBatch(body, argumentCounts('/tables'))
    const exact = [allowList, pushTables ?? ''].flatMap(exactNames)
    const isListed = hasWildcard(allowList) && (pushTables === undefined || hasWildcard(pushTables))
    const listed = isListed ? await namesThere(names, deadline) : []
    const tables: TargetTable[] = []
    await inParallel(looksAtOnce, allowed([...exact, ...listed], isAllowed), async (name) => {
      const found = await schemas.find(name, deadline)
      if (found.kind === 'table') tables.push(found.table)
      if (found.kind === 'unavailable') throw untold(`table ${name}: ${found.reason}`)
    })
    const text = JSON.stringify(tables.toSorted((a, b) => (a.name < b.name ? -1 : 1)).map(told))
    return toReadAnswer(rows.map(() => text))
  }

const allowed = (names: readonly string[], isAllowed: TableList): ReadonlySet<string> =>
  new Set(names.filter(isAllowed))

const told = ({ name, keys }: TargetTable) => ({
  table: name,
  keys: keys.map((key) => ({ name: key.name, type: key.type }))
})

const namesThere = async (names: TableNames, deadline: AbortSignal): Promise<readonly string[]> => {
  const found = await names(deadline)
  if (found.kind === 'unavailable') throw untold(found.reason)
  return found.names
}

const untold = (reason: string): BatchError =>
  new BatchError('out_of_time', `The tables cannot be told: ${reason}. It is safe to send it again.`)
