/** Whether every case is wanted (`npm run prove:whole`) where `npm test` takes some of them. */
export const isWhole = process.env.EXTENT === 'whole'

/** How much of something to do: rows, seeds, days, runs of a property. */
export const extent = (inSuite: number, whole: number): number => (isWhole ? whole : inSuite)

/** Of many alike cases so many, with equal gaps between them, the first and the last among them; all of them in a whole run. */
export const someOf = <T>(cases: readonly T[], most: number): readonly T[] => {
  if (isWhole || cases.length <= most) return cases
  const gap = (cases.length - 1) / Math.max(1, most - 1)
  return Array.from({ length: most }, (_, n) => cases[Math.round(n * gap)] as T)
}
