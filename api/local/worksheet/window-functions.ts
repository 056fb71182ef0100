import { type Aggregate, type AggregateCall, print } from './aggregates.ts'
import { familyOf } from './duck-type.ts'
import { checkCount } from './function-call.ts'
import type { Sql } from './scope.ts'
import { compilationError, notSupported } from './worksheet-error.ts'

const none: Sql = { text: 'NULL', type: 'NULL' }

const needsOver = (call: AggregateCall): AggregateCall => {
  if (call.over === '') throw compilationError(`function [${call.name}] needs OVER`)
  return call
}

const position =
  (name: string, type: string, count = 0): Aggregate =>
  async (call) => {
    checkCount(call.name, call.values.length, count)
    return {
      text: print(
        needsOver(call),
        name,
        call.values.map((value) => `CAST(${value.text} AS BIGINT)`)
      ),
      type
    }
  }

const neighbour =
  (name: string, most: number): Aggregate =>
  async (call) => {
    checkCount(call.name, call.values.length, 1, most)
    const [value = none, offset, otherwise] = call.values
    if (otherwise && otherwise.type !== value.type && familyOf(otherwise.type) !== 'null') {
      const fallback = `CAST(${otherwise.text} AS ${value.type})`
      if (familyOf(otherwise.type) !== familyOf(value.type))
        throw notSupported(`${call.name} with a default of another type`)
      return {
        text: print(needsOver(call), name, [value.text, offset?.text ?? '1', fallback]),
        type: value.type
      }
    }
    return {
      text: print(
        needsOver(call),
        name,
        call.values.map((part) => part.text)
      ),
      type: value.type
    }
  }

/** Functions that only make sense with OVER. */
export const windowFunctions: Readonly<Record<string, Aggregate>> = {
  ROW_NUMBER: position('row_number', 'BIGINT'),
  RANK: position('rank', 'BIGINT'),
  DENSE_RANK: position('dense_rank', 'BIGINT'),
  PERCENT_RANK: position('percent_rank', 'DOUBLE'),
  CUME_DIST: position('cume_dist', 'DOUBLE'),
  NTILE: position('ntile', 'BIGINT', 1),
  LAG: neighbour('lag', 3),
  LEAD: neighbour('lead', 3),
  FIRST_VALUE: neighbour('first_value', 1),
  LAST_VALUE: neighbour('last_value', 1),
  NTH_VALUE: neighbour('nth_value', 2)
}

/** These see the whole partition unless a frame is written; DuckDB would stop at the current row. */
export const seesWholePartition = (name: string): boolean => /^(FIRST|LAST|NTH)_VALUE$/.test(name)
