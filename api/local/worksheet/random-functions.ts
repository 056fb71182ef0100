import { familyOf } from './duck-type.ts'
import { counted, literalValue, type SpecialFunction } from './function-call.ts'
import type { Sql } from './scope.ts'
import { notSupported } from './worksheet-error.ts'

const none: Sql = { text: 'NULL', type: 'NULL' }

/** 64-bit numbers; with a seed the same ones each time, though not those of Snowflake. */
const random: SpecialFunction = async (call) => {
  const [seed] = await counted(call, 0, 1)
  return seed === undefined
    ? { text: 'random_number()', type: 'DECIMAL(38,0)' }
    : { text: `seeded_number(${seed.text}, row_number() OVER ())`, type: 'DECIMAL(38,0)' }
}

const uniform: SpecialFunction = async (call) => {
  const [low = none, high = none, source = none] = await counted(call, 3)
  if ([call.args[0], call.args[1]].some((arg) => literalValue(arg) === undefined)) {
    throw notSupported('UNIFORM with bounds that are not written out')
  }
  const families = [low, high].map((value) => familyOf(value.type))
  const isWhole = families.every((family) => family === 'number') && !/\./.test(low.text + high.text)
  return isWhole
    ? {
        text: `uniform_whole(CAST(${low.text} AS BIGINT), CAST(${high.text} AS BIGINT), ${source.text})`,
        type: 'BIGINT'
      }
    : {
        text: `uniform_float(CAST(${low.text} AS DOUBLE), CAST(${high.text} AS DOUBLE), ${source.text})`,
        type: 'DOUBLE'
      }
}

/** Counts rows from 0 in their order. */
const sequence: SpecialFunction = async (call) => {
  await counted(call, 0)
  return { text: '(row_number() OVER () - 1)', type: 'BIGINT' }
}

export const randomFunctions: Readonly<Record<string, SpecialFunction>> = {
  RANDOM: random,
  UNIFORM: uniform,
  SEQ1: sequence,
  SEQ2: sequence,
  SEQ4: sequence,
  SEQ8: sequence
}
