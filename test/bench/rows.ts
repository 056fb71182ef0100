/** First row of one key: ids are a letter and a number, so that an endpoint can count them in flat memory. */
export const idOf = (n: number): string => `c${String(n).padStart(9, '0')}`

/**
 * The rows of the speed figures: 250 bytes of JSON, 8 attributes, one of them a map, text outside Latin-1, numbers that
 * every peer stores as they are.
 */
export const rowText = (n: number): string =>
  `{"id":"${idOf(n)}","full_name":"Zoë Łukasiewicz-${n % 1000} 株式会社","balance":${n % 100_000}.25,` +
  `"visits":${n % 977},"is_active":${n % 3 === 0},"updated_at":${1_700_000_000_000 + n},` +
  `"note":"text of some length, as notes are","address":{"city":"Kraków","zip":"30-001","street":"ul. Długa 72"}}`

/** Columns of a CSV or Parquet file of such rows, in DuckDB's words; files hold the address as text. */
export const rowsQuery = (first: number, count: number): string =>
  `select 'c' || lpad(n::varchar, 9, '0') as id, 'Zoë Łukasiewicz-' || (n % 1000) || ' 株式会社' as full_name,
  ((n % 100000) + 0.25)::decimal(12,2) as balance, (n % 977)::int as visits, n % 3 = 0 as is_active,
  1700000000000 + n as updated_at, 'text of some length, as notes are' as note,
  'Kraków, 30-001, ul. Długa 72, some flat' as address from range(${first}, ${first + count}) r(n)`

/** What a writer does with each row. */
export type Mode = 'put' | 'update' | 'version'

export const optionsOf = (mode: Mode): string =>
  mode === 'put' ? '' : mode === 'update' ? ',{"mode":"update"}' : ',{"version":"updated_at"}'

/** Snowflake's body for rows `from` up to, not including, `to`: one piece of text, as JSON.parse gives it to a Lambda. */
export const batchBody = (from: number, to: number, mode: Mode): string => {
  const pieces = ['{"data":[']
  for (let n = from; n < to; n += 1)
    pieces.push(`${n === from ? '' : ','}[${n - from},"orders",`, rowText(n), `${optionsOf(mode)}]`)
  pieces.push(']}')
  return pieces.join('')
}
