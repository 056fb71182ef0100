import { type Account, notAllowed, type Row, type SqlSession } from './account.ts'

/** What a statement works on. */
export interface Work {
  readonly account: Account
  readonly session: SqlSession
  readonly calls: Calls
}

/** How external functions reach AWS. */
export interface Calls {
  /**
   * @param integration properties of the API integration
   * @returns the answer of the one row, as JSON text
   * @throws Refusal with Snowflake's words
   */
  call(call: ExternalCall): Promise<string>
}

export interface ExternalCall {
  readonly name: string
  readonly types: readonly string[]
  readonly url: string
  readonly args: readonly string[]
  readonly roleArn: string
  readonly principal: string
  readonly externalId: string
}

export interface Form {
  readonly pattern: RegExp
  run(work: Work, ...parts: string[]): readonly Row[] | Promise<readonly Row[]>
}

export const done = (text: string): readonly Row[] => [{ status: text }]

/** @throws Refusal unless the role may make such things there */
export const needs = (isAllowed: boolean, what: string): void => {
  if (!isAllowed) throw notAllowed(what)
}
