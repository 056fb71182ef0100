import type { Compiler } from './compiler.ts'
import { quoteText } from './identifiers.ts'

/** Whether there is a table or view. A temporary table may have the name of a permanent one, which it hides. */
export const tableExists = async (
  name: string,
  compiler: Compiler,
  isTemporary = false
): Promise<boolean> => {
  const where = isTemporary ? " AND table_catalog = 'temp'" : ''
  const found = await compiler.engine.run(
    `SELECT 1 FROM information_schema.tables WHERE table_name = ${quoteText(name)}${where}`
  )
  return found.currentRowCount > 0
}
