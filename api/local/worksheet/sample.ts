import { literalValue } from './function-call.ts'
import { type Tree, unknownParts, word } from './sql-tree.ts'
import { notSupported } from './worksheet-error.ts'

/** SAMPLE: a share of the rows, or so many rows, as DuckDB writes it. @throws WorksheetError for SYSTEM, SEED … */
export const sampleOf = (sample: Tree | undefined): string => {
  if (sample === undefined) return ''
  const known = [
    'method',
    'size',
    'unit_after_size',
    'use_sample_keyword',
    'explicit_method',
    'method_before_size',
    'is_using_sample'
  ]
  const [unknown] = unknownParts(sample, known)
  const size = literalValue(sample.size)
  const method = word(sample, 'method')
  if (unknown || size === undefined)
    throw notSupported(`SAMPLE with ${unknown?.toUpperCase() ?? 'a size that is not a number'}`)
  if (method === 'Row') return ` TABLESAMPLE reservoir(${size} ROWS)`
  if (method === 'Bernoulli') return ` TABLESAMPLE bernoulli(${size} PERCENT)`
  throw notSupported(`SAMPLE ${method.toUpperCase()}`)
}
