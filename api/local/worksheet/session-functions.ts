import { counted, type SpecialFunction, writtenArgument } from './function-call.ts'
import { quoteText } from './identifiers.ts'
import type { Sql } from './scope.ts'

const textOrNull = (value: string | null | undefined): Sql =>
  value === null || value === undefined
    ? { text: 'CAST(NULL AS VARCHAR)', type: 'VARCHAR' }
    : { text: quoteText(value), type: 'VARCHAR', literal: value }

const constant =
  (text: string): SpecialFunction =>
  async (call) => {
    await counted(call, 0)
    return textOrNull(text)
  }

/** Functions about the session: the worksheet has one user and one role. */
export const sessionFunctions: Readonly<Record<string, SpecialFunction>> = {
  CURRENT_USER: constant('LOCAL'),
  CURRENT_ROLE: constant('LOCAL'),
  CURRENT_ACCOUNT: constant('LOCAL'),
  CURRENT_TRANSACTION: async (call) => textOrNull(call.compiler.session.transaction),
  LAST_QUERY_ID: async (call) => {
    await counted(call, 0)
    return textOrNull(call.compiler.session.lastQueryId)
  },
  SYSTEM$STREAM_HAS_DATA: async (call) => {
    const name = writtenArgument(call, 0, 'a stream').split('.').at(-1)?.toUpperCase() ?? ''
    return { text: String(await call.compiler.others.streamHasData(name, call.compiler)), type: 'BOOLEAN' }
  }
}
