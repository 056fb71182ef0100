import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { canonicalNumber } from './decimal.ts'
import { Flaw, named } from './row-result.ts'

export const toText = (text: string, path: string): AttributeValue | Flaw =>
  text.isWellFormed()
    ? { S: text }
    : new Flaw(
        'unsupported_value',
        `attribute ${named(path)} holds half a surrogate pair, which is not Unicode text`
      )

export const toNumber = (text: string, path: string): AttributeValue | Flaw => {
  const digits = canonicalNumber(text)
  return digits instanceof Flaw
    ? new Flaw(digits.code, `attribute ${named(path)} ${digits.message}`)
    : { N: digits }
}
