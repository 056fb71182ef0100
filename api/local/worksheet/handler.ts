import type { Compiler } from './compiler.ts'
import type { Scope, Sql } from './scope.ts'
import type { Tree } from './sql-tree.ts'

/** Compiles one kind of node. */
export type Handler = (body: Tree, scope: Scope, compiler: Compiler) => Promise<Sql>

/** For nodes with a left and a right side. */
export const binary =
  (make: (left: Sql, right: Sql) => Sql): Handler =>
  async (body, scope, compiler) =>
    make(await compiler.expression(body.left, scope), await compiler.expression(body.right, scope))

/** For nodes with one operand. */
export const unary =
  (make: (value: Sql) => Sql): Handler =>
  async (body, scope, compiler) =>
    make(await compiler.expression(body.this, scope))
