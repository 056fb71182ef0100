import { JsonNumber, type JsonValue } from '../../json/json-value.ts'
import { variantText, variantType } from './variant.ts'
import { WorksheetError } from './worksheet-error.ts'

const order = (a: string | bigint, b: string | bigint): number => (a < b ? -1 : a > b ? 1 : 0)

/** Aligns two plain decimals to whole numbers, so that all 38 digits count. */
const compareNumbers = (a: string, b: string): number => {
  if (/[eE]/.test(a + b)) return Math.sign(Number(a) - Number(b))
  const scale = Math.max(...[a, b].map((text) => text.split('.')[1]?.length ?? 0))
  const whole = (text: string): bigint => {
    const [integer = '0', fraction = ''] = text.split('.')
    return BigInt(integer + fraction.padEnd(scale, '0'))
  }
  return order(whole(a), whole(b))
}

/**
 * Compares two VARIANTs of one kind: -1, 0 or 1. A comparison with JSON null is neither, so nothing.
 *
 * @throws WorksheetError when one is, say, a number and the other text: a cast says which is meant.
 */
export const compareVariants = (a: JsonValue, b: JsonValue): number | null => {
  if (a === null || b === null) return null
  if (a instanceof JsonNumber && b instanceof JsonNumber) return compareNumbers(a.text, b.text)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (typeof a === 'string' && typeof b === 'string') return order(a, b)
  if (variantType(a) === variantType(b)) return order(variantText(a), variantText(b))
  throw new WorksheetError(
    `Comparing a VARIANT that holds ${variantType(a)} with ${variantType(b)} is not supported in the local ` +
      'worksheet; cast it, e.g. with ::VARCHAR or ::NUMBER'
  )
}
