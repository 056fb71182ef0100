/**
 * Full jitter: a random wait below a bound that doubles with each failure.
 * https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/
 */
export const backoffMs = (failures: number, random: () => number, baseMs = 50, capMs = 2_500): number =>
  random() * Math.min(capMs, baseMs * 2 ** Math.min(failures, 30))
