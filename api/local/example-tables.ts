import { readTableSpecs } from './table-spec.ts'

/** The tables that the example writes, and those of the README, so that its statements run at the prompt. */
export const exampleTables = readTableSpecs([
  ...['customer_alerts=customer_id:S', 'flights=id:S', 'orders=id:S'],
  ...['customers=customer_id:S', 'customer_spend=customer_id:S', 'single_table=pk:S,sk:S']
])
