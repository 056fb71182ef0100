import { ofText } from './of-text.ts'
import { WorksheetError } from './worksheet-error.ts'

const booleans = new Map([
  ...['true', 't', 'yes', 'y', 'on', '1'].map((word) => [word, true] as const),
  ...['false', 'f', 'no', 'n', 'off', '0'].map((word) => [word, false] as const)
])

/** A BOOLEAN in words, NULL for any other text. */
export const textBoolean = ofText((text) => booleans.get(text.toLowerCase()) ?? null)

/** The same; any other text is an error. */
export const textBooleanOrError = ofText((text) => {
  const found = booleans.get(text.toLowerCase())
  if (found === undefined) throw new WorksheetError(`Boolean value '${text}' is not recognized`)
  return found
})
