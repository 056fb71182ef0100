import { readFile } from 'node:fs/promises'
import { packageRoot } from '../local/package-root.ts'
import { cutStatements, type Variables } from './cut-statements.ts'

export type { Variables } from './cut-statements.ts'

/** Where the scripts are. */
export const scriptFolder = new URL('sql/', packageRoot)

/** A script of `sql/` with its variables filled in, cut into statements without comments and `;`. */
export interface Script {
  /** Path below `sql/`. */
  readonly path: string
  readonly statements: readonly string[]
}

/** @throws Error when the script names a variable that nobody gave */
export const readScript = async (path: string, variables: Variables): Promise<Script> => ({
  path,
  statements: cutStatements(await readFile(new URL(path, scriptFolder), 'utf8'), variables)
})
