import type { Statement } from '../worksheet/read-script.ts'

/** Where a statement of a block begins, as Snowflake counts: lines from 1, characters of the line from 0. */
export interface Place {
  readonly line: number
  readonly position: number
}

/** An expression of a block, in which variables stand by their bare names. */
export interface Expression {
  readonly sql: string
  /** The parsed expression. */
  readonly parse: () => unknown
}

export interface Declaration {
  readonly name: string
  readonly what: 'variable' | 'cursor' | 'resultset' | 'exception'
  /** The type as written, e.g. `number(9, 8)`; without one the value decides. */
  readonly type?: string
  readonly value?: Expression
  /** What a cursor or a RESULTSET reads. */
  readonly query?: Statement
  readonly code?: number
  readonly message?: string
}

export interface Block {
  readonly declarations: readonly (Declaration & Placed)[]
  readonly body: readonly Node[]
  readonly handlers: readonly Handler[]
}

export interface Handler {
  /** Names of exceptions, or OTHER. */
  readonly names: readonly string[]
  readonly body: readonly Node[]
}

interface Placed {
  readonly place: Place
}

export interface Branch {
  readonly condition: Expression
  readonly body: readonly Node[]
}

/** One statement of a block. */
export type Node = Placed & Step

/** What a statement of a block does. */
export type Step =
  | { readonly kind: 'block'; readonly block: Block }
  | { readonly kind: 'sql'; readonly statement: Statement; readonly into: readonly string[] }
  | { readonly kind: 'let'; readonly declaration: Declaration }
  | {
      readonly kind: 'assign'
      readonly name: string
      readonly value: Expression
      readonly query?: Statement
    }
  | { readonly kind: 'if'; readonly branches: readonly Branch[]; readonly otherwise: readonly Node[] }
  | { readonly kind: 'while'; readonly condition: Expression; readonly body: readonly Node[] }
  | { readonly kind: 'loop'; readonly body: readonly Node[] }
  | { readonly kind: 'for'; readonly variable: string; readonly over: Over; readonly body: readonly Node[] }
  | { readonly kind: 'break' | 'continue' }
  | { readonly kind: 'raise'; readonly name?: string }
  | { readonly kind: 'return'; readonly value?: Expression; readonly table?: string }
  | { readonly kind: 'open' | 'close'; readonly name: string }
  | { readonly kind: 'fetch'; readonly name: string; readonly into: readonly string[] }
  | { readonly kind: 'null' }

/** What a FOR goes over: rows of a cursor or RESULTSET, or whole numbers. */
export type Over =
  | { readonly rows: string }
  | { readonly from: Expression; readonly to: Expression; readonly isReverse: boolean }
