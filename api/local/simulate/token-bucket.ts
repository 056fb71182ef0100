/** What a table can take: units flow in all the time, up to the burst, and calls take them out. */
export interface TokenBucket {
  /** Takes as many whole units as are there, at most so many. */
  take(units: number): number
}

/** @param rateAt units a second at a simulated time; looked at whenever units are taken */
export const tokenBucket = (
  now: () => number,
  rateAt: (nowMs: number) => number,
  burstUnits: number
): TokenBucket => {
  let held = burstUnits
  let filledAt = now()
  return {
    take(units) {
      const nowMs = now()
      held = Math.min(burstUnits, held + (rateAt(nowMs) * (nowMs - filledAt)) / 1000)
      filledAt = nowMs
      const taken = Math.min(units, Math.floor(held))
      held -= taken
      return taken
    }
  }
}
