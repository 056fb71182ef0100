import { aggregates } from './aggregates.ts'
import { conditionalFunctions } from './conditional-functions.ts'
import { conversionFunctions } from './conversion-functions.ts'
import { dateFunctions } from './date-functions.ts'
import type { SpecialFunction } from './function-call.ts'
import { functionPrefix } from './identifiers.ts'
import { constructors } from './object-construct.ts'
import { randomFunctions } from './random-functions.ts'
import { sessionFunctions } from './session-functions.ts'
import { windowFunctions } from './window-functions.ts'

/** Functions written here rather than in snowflake-functions.sql, because types decide what they mean. */
export const specialFunctions: Readonly<Record<string, SpecialFunction>> = {
  ...conditionalFunctions,
  ...constructors,
  ...conversionFunctions,
  ...dateFunctions,
  ...randomFunctions,
  ...sessionFunctions
}

/** Functions of FROM. */
const tableFunctions = ['FLATTEN', 'GENERATOR', 'RESULT_SCAN'] as const

/** Every name that the script reader marks as a function, so that the parser gives it no meaning of its own. */
export const knownFunctions = (macros: Iterable<string>, external: readonly string[]): Set<string> =>
  new Set([
    ...[...macros].map((name) => name.slice(functionPrefix.length)),
    ...Object.keys(specialFunctions),
    ...Object.keys(aggregates),
    ...Object.keys(windowFunctions),
    ...tableFunctions,
    ...external.map((name) => name.toUpperCase())
  ])
