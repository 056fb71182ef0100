/** A worker that says nothing for so long has lost its batch or chunk: somebody else may take it over. */
export const leaseMs = 60_000
/** Work and waiting go on in rounds of this length; between two of them the lease starts anew. */
export const roundMs = 20_000
