/** Who writes the rows of a bulk load: our own loader, or a job of DynamoDB's. */
export const engines = ['workers', 'bulk_put', 'import'] as const
export type Engine = (typeof engines)[number]
