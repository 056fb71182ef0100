/** What a deployment has unless its settings say otherwise; the local commands and the simulation have the same. */

/** Chunks, and spilled batches, that are worked on at the same time. */
export const workers = { load: 8, spill: 8 } as const

/** A message whose visits fail so often ends among the dead letters. The loader gives a chunk up by itself before. */
export const mostReceives = 5

/** `MAX_BATCH_ROWS` of functions that write, and of those whose answers are long. */
export const batchRows = { push: 500, get: 100 } as const
