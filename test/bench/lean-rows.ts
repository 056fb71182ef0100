/**
 * The rows of the speed figures: 250 bytes of JSON, 8 attributes, one of them a map, text outside Latin-1.
 */
export const leanRow = (n: number): string =>
  `{"id":"c${100_000_000 + n}","full_name":"Zoë Łukasiewicz-${n % 1000} 株式会社",` +
  `"balance":${n + 1}23456.67,"visits":${n % 977},"is_active":${n % 3 === 0},"updated_at":${1700000000000 + n},` +
  `"note":"text of some length, as notes are","address":{"city":"Kraków","zip":"3${n % 9999}","geo":[50.06,19.94]}}`

/** Snowflake's body for rows `from` up to, not including, `to`. */
export const leanBody = (from: number, to: number, table: string, options = ''): Buffer => {
  const rows: string[] = []
  for (let n = from; n < to; n += 1)
    rows.push(`[${n - from},"${table}",${leanRow(n)}${options === '' ? '' : `,${options}`}]`)
  return Buffer.from(`{"data":[${rows.join()}]}`)
}
