import type { Exchanged } from './send.ts'

/** Lets so many exchanges run at once as the service bears; the others wait in line. */
export interface Flow {
  run(exchange: () => Promise<Exchanged>): Promise<Exchanged>
}

/**
 * A 429 halves the number of exchanges that may run at once, every success lets one more run, up to `most`.
 * Answers to what was sent before a cut do not cut again: they speak of the load that was cut already.
 * Snowflake documents that it slows down on 429, not how far.
 * https://docs.snowflake.com/en/sql-reference/external-functions-implementation
 */
export const flow = (most: number): Flow => {
  const waiting: Array<() => void> = []
  let places = most
  let running = 0
  let cuts = 0

  const admit = (): void => {
    while (running < places) {
      const next = waiting.shift()
      if (next === undefined) return
      running += 1
      next()
    }
  }

  return {
    async run(exchange) {
      await new Promise<void>((enter) => {
        waiting.push(enter)
        admit()
      })
      const cutsBefore = cuts
      try {
        const reply = await exchange()
        if (reply.status === 429 && cuts === cutsBefore) {
          places = Math.max(1, Math.floor(places / 2))
          cuts += 1
        } else if (reply.status === 200 || reply.status === 202) places = Math.min(most, places + 1)
        return reply
      } finally {
        running -= 1
        admit()
      }
    }
  }
}
