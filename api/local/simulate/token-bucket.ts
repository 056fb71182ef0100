/** What a table can take: units flow in all the time, up to the burst, and calls take them out. */
export interface TokenBucket {
  /** Takes as many whole units as are there, at most so many. */
  take(units: number): number
  /** Whether a whole unit is there. */
  hasOne(): boolean
}

/** @param rateAt units a second at a simulated time; looked at whenever units are taken */
export const tokenBucket = (
  now: () => number,
  rateAt: (nowMs: number) => number,
  burstUnits: number
): TokenBucket => {
  let held = burstUnits
  let filledAt = now()
  const fill = (): void => {
    const nowMs = now()
    held = Math.min(burstUnits, held + (rateAt(nowMs) * (nowMs - filledAt)) / 1000)
    filledAt = nowMs
  }
  return {
    hasOne() {
      fill()
      return held >= 1
    },
    take(units) {
      fill()
      const taken = Math.min(units, Math.floor(held))
      held -= taken
      return taken
    }
  }
}
