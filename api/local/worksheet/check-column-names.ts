import { compilationError, notSupported } from './worksheet-error.ts'

/** DuckDB takes two columns of one name, or of names that differ in case, as no error or as another one. */
export const checkColumnNames = (names: readonly string[]): void => {
  const repeated = names.find((name, at) => names.indexOf(name) < at)
  if (repeated !== undefined) throw compilationError(`duplicate column name '${repeated}'`)
  const lower = names.map((name) => name.toLowerCase())
  if (lower.some((name, at) => lower.indexOf(name) < at))
    throw notSupported('Two columns whose names differ only in case')
}
