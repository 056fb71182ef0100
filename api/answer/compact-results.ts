import * as z from 'zod'
import { checkForm, storedForm } from '../json/stored-form.ts'
import type { RowResult } from '../plan/row-result.ts'

/** Results by row number; rows that are missing have none yet. */
export type KnownResults = ReadonlyMap<number, RowResult>

const compact = z.object({
  usual: z.enum(['written', 'deleted']),
  rows: z.number(),
  missing: z.array(z.number()),
  others: z.array(z.tuple([z.number(), z.custom<RowResult>()]))
})

/** Results as short text: only what differs from the usual success is spelled out. */
export const compactResults = (results: KnownResults, rows: number, usual: 'written' | 'deleted'): string => {
  const missing: number[] = []
  const others: Array<readonly [number, RowResult]> = []
  for (let rowNumber = 0; rowNumber < rows; rowNumber += 1) {
    const result = results.get(rowNumber)
    if (result === undefined) missing.push(rowNumber)
    else if (result.status !== usual) others.push([rowNumber, result])
  }
  return JSON.stringify({ form: storedForm, usual, rows, missing, others })
}

/** The reverse. @throws UnknownForm when another version wrote it, ZodError or SyntaxError when it is none of ours */
export const expandResults = (text: string): Map<number, RowResult> => {
  const stored: unknown = JSON.parse(text)
  checkForm('the stored answer', (stored as { readonly form?: unknown } | null)?.form)
  const { usual, rows, missing, others } = compact.parse(stored)
  const results = new Map<number, RowResult>()
  for (let rowNumber = 0; rowNumber < rows; rowNumber += 1) results.set(rowNumber, { status: usual })
  for (const [rowNumber, result] of others) results.set(rowNumber, result)
  for (const rowNumber of missing) results.delete(rowNumber)
  return results
}
