import type { Statement } from '../worksheet/read-script.ts'
import type { Block, Node } from './script-tree.ts'
import type { TokenReader } from './token-reader.ts'

/** What reading a statement of a block needs: statements stand in statements. */
export interface BlockReader {
  readonly read: TokenReader
  /** Reads one statement of SQL. */
  readonly readOne: (sql: string) => Statement
  /** All statements up to one of the words, which is not read. */
  readonly statements: (...ends: readonly string[]) => readonly Node[]
  /** A block from its DECLARE or BEGIN to its END. */
  readonly block: () => Block
}
