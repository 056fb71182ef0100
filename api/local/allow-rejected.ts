import type { RunStatus } from '../load/run-status.ts'

/** `--allow-rejected`: `5%` or `5` → 0.05. @throws Error that shows the form */
export const readAllowRejected = (text: string | undefined): number | undefined => {
  if (text === undefined) return undefined
  const [, percent] = /^(\d{1,3}(?:\.\d+)?)\s*%?$/.exec(text.trim()) ?? []
  if (percent === undefined || Number(percent) > 100)
    throw new Error(`--allow-rejected takes a share of the rows from 0% to 100%, not ${text}`)
  return Number(percent) / 100
}

/**
 * Why a run that is complete is no success all the same.
 *
 * @param allowed the share of rejected rows that is taken; without one it is enough that something was stored
 * @returns undefined when it is one
 */
export const tooManyRejected = (
  { rows }: Pick<RunStatus, 'rows'>,
  allowed: number | undefined
): string | undefined => {
  const { rejected, read, written, deleted, superseded, unchanged, valid } = rows
  if (rejected === 0) return undefined
  if (allowed === undefined) {
    const isEmpty = written + deleted + superseded + unchanged + valid === 0
    return isEmpty
      ? `nothing was written and ${rejected} of ${read} rows were rejected; --allow-rejected 100% lets that pass`
      : undefined
  }
  return rejected > allowed * read
    ? `${rejected} of ${read} rows were rejected, more than --allow-rejected ${allowed * 100}%`
    : undefined
}
