import type { TargetType } from '../worksheet/data-types.ts'
import type { Variable } from './variables.ts'

/** Whole numbers of any length. */
export const whole: TargetType = { type: 'DECIMAL(38,0)' }

/** A variable that the block itself sets to a number. */
export const numberOf = (value: number): Variable => ({
  what: 'value',
  type: whole,
  value: { type: whole.type, text: String(value) }
})

/** A variable that the block itself sets to a text. */
export const textOf = (text: string): Variable => ({
  what: 'value',
  type: undefined,
  value: { type: 'VARCHAR', text }
})
