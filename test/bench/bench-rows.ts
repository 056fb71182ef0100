/** Rows that all writers get, by what is wrong with them. */
export type Trouble = 'none' | 'duplicate keys' | 'one bad item'

export interface BenchRow {
  readonly id: string
  readonly amount: number
  readonly note: string
  readonly big?: string
}

/**
 * Rows of some 100 bytes. `duplicate keys`: each 50th row has the key of the one before, as rows of a change stream
 * do. `one bad item`: one row over 400 KB and one with an empty key, in the middle.
 */
export const benchRows = (count: number, trouble: Trouble): BenchRow[] =>
  Array.from({ length: count }, (_, n): BenchRow => {
    const twin = trouble === 'duplicate keys' && n % 50 === 49 ? n - 1 : n
    const row = { id: `customer-${twin}`, amount: n, note: 'text of some length, as notes are' }
    if (trouble !== 'one bad item') return row
    if (n === Math.floor(count / 2)) return { ...row, big: 'x'.repeat(400 * 1024) }
    return n === Math.floor(count / 3) ? { ...row, id: '' } : row
  })

/** How many different items a table can hold of them. */
export const storable = (rows: readonly BenchRow[]): number =>
  new Set(rows.filter(({ id, big }) => id !== '' && big === undefined).map(({ id }) => id)).size
