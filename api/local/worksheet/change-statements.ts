import { deleteRows, truncate, update } from './change-rows.ts'
import { merge } from './merge.ts'
import type { StatementRunner } from './statement.ts'

export const changeStatements: Readonly<Record<string, StatementRunner>> = {
  update,
  delete: deleteRows,
  truncate,
  merge
}
