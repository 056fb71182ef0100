import { identifier } from './identifiers.ts'
import { child, list, nodeOf, type Tree } from './sql-tree.ts'
import type { Outcome } from './statement.ts'
import type { Transactions } from './transactions.ts'
import { notSupported } from './worksheet-error.ts'

/** ALTER SESSION SET AUTOCOMMIT. @throws WorksheetError for any other parameter */
export const alterSession = async (body: Tree, transactions: Transactions): Promise<Outcome> => {
  for (const item of list(body, 'expressions')) {
    const { body: setting } = nodeOf(item)
    const name = identifier(child(nodeOf(setting.name).body, 'name'))
    const value = nodeOf(setting.value)
    if (name !== 'AUTOCOMMIT' || value.kind !== 'boolean') throw notSupported(`ALTER SESSION SET ${name}`)
    transactions.setAutocommit(value.body.value === true)
  }
  return { status: 'Statement executed successfully.' }
}
