/**
 * The known word that was probably meant, for "did you mean …".
 *
 * @returns undefined when none is within a third of the word's length (Levenshtein, letter case ignored)
 */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const start = word.slice(0, 100).toLowerCase()
  let best: string | undefined
  let least = Math.max(2, Math.floor(start.length / 3)) + 1
  for (const candidate of known) {
    const distance = editDistance(start, candidate.toLowerCase())
    const isAlike = distance < Math.max(word.length, candidate.length)
    if (isAlike && distance < least) [best, least] = [candidate, distance]
  }
  return best
}

const editDistance = (a: string, b: string): number => {
  let above = Array.from({ length: b.length + 1 }, (_, n) => n)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    for (let j = 1; j <= b.length; j += 1) {
      const replaced = (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(replaced, (above[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1))
    }
    above = row
  }
  return above[b.length] ?? 0
}
