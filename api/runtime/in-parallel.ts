/** Does the work for each, at most so many at once. The first failure ends it, when all begun work has ended. */
export const inParallel = async <T>(
  most: number,
  each: Iterable<T>,
  work: (one: T) => Promise<void>
): Promise<void> => {
  const source = each[Symbol.iterator]()
  const failures: unknown[] = []
  const lane = async (): Promise<void> => {
    for (let one = source.next(); !one.done && failures.length === 0; one = source.next()) {
      try {
        await work(one.value)
      } catch (error) {
        failures.push(error)
      }
    }
  }
  await Promise.all(Array.from({ length: most }, lane))
  if (failures.length > 0) throw failures[0]
}
