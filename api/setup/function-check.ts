import type { StatementCheck } from './check.ts'
import { propertiesOf, sameText, typesOf, upper } from './show-answers.ts'

/** DESCRIBE FUNCTION of an external function tells everything but grants and integration. */
export const functionCheck = (name = '', args = '', clauses = ''): StatementCheck => ({
  probe: `describe function ${name}(${typesOf(args)})`,
  isDone: (rows) => {
    const seen = propertiesOf(rows)
    return [...propertiesToBe(clauses)].every(([key, value]) => normal(seen.get(key)) === normal(value))
  }
})

/** A procedure or an SQL function is the same when its body is. */
export const procedureCheck = (kind = '', name = '', args = '', body = ''): StatementCheck => ({
  probe: `describe ${kind} ${name}(${typesOf(args)})`,
  isDone: (rows) => sameText(propertiesOf(rows).get('BODY'), body)
})

const propertiesToBe = (clauses: string): ReadonlyMap<string, string> => {
  const of = (pattern: RegExp) => pattern.exec(clauses)?.[1] ?? ''
  return new Map([
    ['BODY', of(/\bas '([^']*)'$/)],
    ['MAX_BATCH_ROWS', of(/max_batch_rows = (\d+)/)],
    ['CONTEXT_HEADERS', of(/context_headers = \(([^)]*)\)/)],
    ['COMPRESSION', of(/compression = (\w+)/)],
    ['VOLATILITY', 'VOLATILE'],
    ['NULL HANDLING', 'CALLED ON NULL INPUT']
  ])
}

/** Context headers come back as a JSON list. */
const normal = (text: string | undefined): string => upper(text).replace(/["[\]\s]/g, '')
