/** A growing wait: `firstMs`, then each time `factor` longer, never more than `mostMs`. */
export interface GrowingDelay {
  readonly firstMs: number
  readonly factor: number
  readonly mostMs: number
}

// Snowflake publishes that both grow, not by how much.
export const retryDelay: GrowingDelay = { firstMs: 500, factor: 2, mostMs: 10_000 }
export const pollDelay: GrowingDelay = { firstMs: 500, factor: 1.5, mostMs: 10_000 }

/**
 * The wait before try `n` (counted from 0), in milliseconds. Jitter takes away up to half and never all of it: time
 * passes with every try, so that a budget ends whatever the dice say.
 */
export const delayMs = ({ firstMs, factor, mostMs }: GrowingDelay, n: number, random: () => number): number =>
  Math.min(mostMs, firstMs * factor ** n) * (1 - random() / 2)
