import { JsonNumber, type JsonValue } from '../json/json-value.ts'

/** A key built from columns, such as `CUSTOMER#{customer_id}`: texts and column names in turn. */
export interface KeyTemplate {
  readonly texts: readonly string[]
  readonly columns: readonly string[]
}

/** @returns undefined when a brace is left open or a placeholder is empty */
export const readKeyTemplate = (text: string): KeyTemplate | undefined => {
  const parts = text.split(/\{([^{}]+)\}/)
  const texts = parts.filter((_, n) => n % 2 === 0)
  if (texts.some((part) => /[{}]/.test(part))) return undefined
  return { texts, columns: parts.filter((_, n) => n % 2 === 1) }
}

/** Fills the placeholders; numbers keep their digits as sent. */
export const fillKeyTemplate = (
  { texts, columns }: KeyTemplate,
  row: ReadonlyMap<string, JsonValue>
): { readonly text: string } | { readonly missing: string } | { readonly unfit: string } => {
  let text = texts[0] ?? ''
  for (const [n, column] of columns.entries()) {
    const value = row.get(column)
    if (value === undefined || value === null) return { missing: column }
    if (value instanceof JsonNumber) text += value.text
    else if (typeof value === 'object') return { unfit: column }
    else text += String(value)
    text += texts[n + 1] ?? ''
  }
  return { text }
}
