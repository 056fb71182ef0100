import { notSupported } from './worksheet-error.ts'

/** Snowflake's format elements and DuckDB's, longest first. The offset is that of the worksheet: UTC. */
const elements: readonly (readonly [string, string])[] = [
  ['YYYY', '%Y'],
  ['YY', '%y'],
  ['MMMM', '%B'],
  ['MON', '%b'],
  ['MM', '%m'],
  ['DD', '%d'],
  ['DY', '%a'],
  ['HH24', '%H'],
  ['HH12', '%I'],
  ['AM', '%p'],
  ['PM', '%p'],
  ['MI', '%M'],
  ['SS', '%S'],
  ['FF9', '%n'],
  ['FF6', '%f'],
  ['FF3', '%g'],
  ['FF0', ''],
  ['TZH:TZM', '+00:00'],
  ['TZHTZM', '+0000']
]

/**
 * `YYYY-MM-DD` as `%Y-%m-%d`.
 * https://docs.snowflake.com/en/sql-reference/date-time-input-output
 *
 * @throws WorksheetError for an element we do not know.
 */
export const dateFormat = (format: string): string => {
  let translated = ''
  for (let at = 0; at < format.length; ) {
    const rest = format.slice(at)
    const quoted = /^"([^"]*)"/.exec(rest)
    const element = elements.find(([name]) => rest.toUpperCase().startsWith(name))
    if (quoted) {
      translated += (quoted[1] ?? '').replaceAll('%', '%%')
      at += quoted[0].length
    } else if (element) {
      translated += element[1]
      at += element[0].length
    } else if (/^[A-SU-Za-su-z0-9]/.test(rest)) {
      throw notSupported(`The format element at '${rest}' of '${format}'`)
    } else {
      translated += rest[0] === '%' ? '%%' : rest[0]
      at += 1
    }
  }
  // DuckDB writes several fractions in one format wrongly.
  if ((format.match(/FF/gi) ?? []).length > 1) throw notSupported(`More than one fraction in '${format}'`)
  return translated
}
