import type { Compiler } from './compiler.ts'
import type { Tree } from './sql-tree.ts'

/** What a statement gives: DuckDB's SQL to run for a query, or rows and a status line of its own. */
export type Outcome =
  | { readonly query: string }
  | { readonly counts: readonly (readonly [name: string, count: bigint])[] }
  | { readonly status: string }

/** A kind of statement. New ones (COPY INTO, CALL, EXECUTE IMMEDIATE) are added to the table of statements.ts. */
export type StatementRunner = (body: Tree, compiler: Compiler) => Promise<Outcome>

/** Statements that end a transaction in Snowflake, because DDL commits. TRUNCATE is DML there. */
export const isDdl = (kind: string): boolean => /^(create|drop|alter)/.test(kind)
