/** What a second look at a table says, after its answers did not fit what was known of it. */
export type TableCheck = 'same' | 'changed' | 'gone'

/**
 * Looks at the table again, once for a plan however many calls ask. While the answer is `changed` or `gone` no
 * further call of the plan makes sense.
 */
export interface TableDoubt {
  raise(signal: AbortSignal): Promise<TableCheck>
  /** The answer, once there is one. */
  verdict(): TableCheck | undefined
}

export const tableDoubt = (look: (signal: AbortSignal) => Promise<TableCheck>): TableDoubt => {
  let looking: Promise<TableCheck> | undefined
  let answer: TableCheck | undefined
  return {
    async raise(signal) {
      looking ??= look(signal)
      answer = await looking
      return answer
    },
    verdict: () => answer
  }
}

/** No further call of the plan makes sense: the table is gone, or the plan was made for another key schema. */
export const isOver = (doubt: TableDoubt): boolean =>
  doubt.verdict() === 'changed' || doubt.verdict() === 'gone'
