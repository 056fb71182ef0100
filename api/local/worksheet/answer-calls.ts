import type { ExternalFunction } from '../../runtime/external-functions.ts'
import { asText, asVariant } from './casts.ts'
import type { Compiler } from './compiler.ts'
import { familyOf, snowflakeType } from './duck-type.ts'
import { quoteName } from './identifiers.ts'
import type { Sql } from './scope.ts'
import { parseVariant, variantText } from './variant.ts'
import { compilationError, WorksheetError } from './worksheet-error.ts'

/** A call taken out of a statement: the overload that fits and its arguments. */
export interface LiftedCall {
  readonly fn: ExternalFunction
  readonly args: readonly Sql[]
}

/** The overload for these arguments. @throws WorksheetError in Snowflake's words when none fits. */
export const chooseOverload = (
  name: string,
  args: readonly Sql[],
  functions: readonly ExternalFunction[]
): ExternalFunction => {
  const fits = (fn: ExternalFunction): boolean =>
    fn.name.toUpperCase() === name &&
    fn.args.length === args.length &&
    fn.args.every(([, type], at) => {
      const family = familyOf(args[at]?.type ?? '')
      return type === 'VARCHAR' ? family !== 'other' : family === 'variant' || family === 'null'
    })
  const found = functions.find(fits)
  if (found) return found
  const types = args.map((arg) => snowflakeType(arg.type)).join(', ')
  throw compilationError(`Invalid argument types for function '${name}': (${types})`)
}

const argumentText = (arg: Sql, type: string): string =>
  type === 'OBJECT'
    ? `CAST(variant_as(${asVariant(arg).text}, 'OBJECT') AS VARCHAR)`
    : `CAST(to_json(${asText(arg).text}) AS VARCHAR)`

const canonical = (answer: string): string | null => {
  const value = parseVariant(answer)
  return value === null ? null : variantText(value)
}

const store = async (
  table: string,
  numbers: readonly bigint[],
  answers: readonly string[],
  compiler: Compiler
): Promise<void> => {
  await compiler.engine.run(`CREATE TEMP TABLE ${quoteName(table)} ("_row" BIGINT, "ANSWER" JSON)`)
  await compiler.engine.guard(async () => {
    const appender = await compiler.engine.connection.createAppender(table, undefined, 'temp')
    for (const [at, answer] of answers.entries()) {
      appender.appendBigInt(numbers[at] ?? 0n)
      const text = canonical(answer)
      if (text === null) appender.appendNull()
      else appender.appendVarchar(text)
      appender.endRow()
    }
    appender.closeSync()
  })
}

/**
 * Calls one function for every row of `from`, once each and in order, and stores the answers beside the row numbers.
 *
 * @returns the table of answers.
 * @throws WorksheetError with the call's own text when it fails.
 */
export const answerCall = async (call: LiftedCall, from: string, compiler: Compiler): Promise<string> => {
  const texts = call.args.map(
    (arg, at) => `coalesce(${argumentText(arg, call.fn.args[at]?.[1] ?? 'OBJECT')}, 'null')`
  )
  const rows = await compiler.engine.run(`SELECT "_row", ${texts.join(', ')} FROM ${from} ORDER BY "_row"`)
  const table = compiler.temporaryTable()
  const numbers: bigint[] = []
  const args: string[][] = []
  for (const [number, ...values] of rows.getRows()) {
    numbers.push(number as bigint)
    args.push(values as string[])
  }
  const { guard, cancelled } = compiler.engine
  const answers =
    args.length === 0
      ? []
      : await guard(() =>
          compiler.call(call.fn, args, {
            queryId: compiler.queryId,
            progress: compiler.progress,
            signal: cancelled()
          })
        )
  if (answers.length !== args.length) {
    throw new WorksheetError(`${call.fn.name} answered ${answers.length} of ${args.length} rows`)
  }
  await store(table, numbers, answers, compiler)
  return table
}
