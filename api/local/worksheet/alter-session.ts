import { dateFormat } from './date-formats.ts'
import type { Engine } from './engine.ts'
import { literalValue } from './function-call.ts'
import { identifier, quoteText } from './identifiers.ts'
import { child, list, nodeOf, type Tree } from './sql-tree.ts'
import type { Outcome } from './statement.ts'
import type { Transactions } from './transactions.ts'
import { notSupported } from './worksheet-error.ts'

/** Output formats, and the variables of DuckDB by which the casts to text know them (snowflake-functions.sql). */
const formats: Readonly<Record<string, readonly string[]>> = {
  DATE_OUTPUT_FORMAT: ['date_format'],
  TIME_OUTPUT_FORMAT: ['time_format'],
  TIMESTAMP_OUTPUT_FORMAT: ['timestamp_format', 'zoned_format'],
  TIMESTAMP_NTZ_OUTPUT_FORMAT: ['timestamp_format'],
  TIMESTAMP_LTZ_OUTPUT_FORMAT: ['zoned_format'],
  TIMESTAMP_TZ_OUTPUT_FORMAT: ['zoned_format']
}

const done: Outcome = { status: 'Statement executed successfully.' }

/**
 * ALTER SESSION SET and UNSET of AUTOCOMMIT and the output formats; time zones other than UTC are none of the
 * worksheet's. @throws WorksheetError for any other parameter, by name
 */
export const alterSession = async (
  body: Tree,
  { engine, transactions }: { readonly engine: Engine; readonly transactions: Transactions }
): Promise<Outcome> => {
  if (body.unset) return unset(body, engine)
  for (const item of list(body, 'expressions')) {
    const { body: setting } = nodeOf(item)
    const name = identifier(child(nodeOf(setting.name).body, 'name'))
    const value = nodeOf(setting.value)
    if (name === 'AUTOCOMMIT' && value.kind === 'boolean')
      transactions.setAutocommit(value.body.value === true ? 'on' : 'off')
    else if (name in formats) await setFormat(name, literalValue(setting.value), engine)
    else throw notSupported(`ALTER SESSION SET ${name}`)
  }
  return done
}

const setFormat = async (name: string, format: string | undefined, engine: Engine): Promise<void> => {
  if (format === undefined) throw notSupported(`ALTER SESSION SET ${name} to anything but a text`)
  const isUsual = /^(auto)?$/i.test(format)
  const text = isUsual ? '' : quoteText(dateFormat(format))
  for (const variable of formats[name] ?? [])
    await engine.run(isUsual ? `RESET VARIABLE ${variable}` : `SET VARIABLE ${variable} = ${text}`)
}

const unset = async (body: Tree, engine: Engine): Promise<Outcome> => {
  for (const item of list(body, 'expressions')) {
    const { kind, body: named } = nodeOf(item)
    const name = kind === 'identifier' ? identifier(named) : ''
    if (!(name in formats)) throw notSupported(`ALTER SESSION UNSET ${name}`.trim())
    await setFormat(name, '', engine)
  }
  return done
}
