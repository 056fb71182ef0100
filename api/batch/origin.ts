/** Where rows come from, for option `stamp`; what Snowflake did not tell is left out. */
export const originOf = ({
  queryId,
  batchId
}: {
  readonly queryId: string | undefined
  readonly batchId: string | undefined
}): Record<string, string> => ({
  ...(queryId === undefined ? {} : { query_id: queryId }),
  ...(batchId === undefined ? {} : { batch_id: batchId })
})
