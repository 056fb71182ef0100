/** What DuckDB says and what Snowflake says of the same mistake. */
const translations: readonly (readonly [RegExp, string])[] = [
  [
    // What TIMESTAMP_NS cannot hold, though the date is one.
    /^Could not convert string ['"]((?:0\d{3}|1[0-5]\d\d|16[0-7]\d|226[3-9]|22[7-9]\d|2[3-9]\d\d|[3-9]\d{3})-(?:0\d|1[0-2])-[0-3]\d.*)['"] to INT64.*$/,
    "The TIMESTAMP_NTZ(9) '$1', outside of 1677 to 2262, is not supported in the local worksheet; TIMESTAMP_NTZ(6) takes it"
  ],
  // Only `moment_text` puts a question mark before a text.
  [/^Could not convert string ['"](?:\?(.*)|(\d+-.*))['"] to INT64.*$/, "Timestamp '$1$2' is not recognized"],
  [
    /^TransactionContext Error: Current transaction is aborted.*$/,
    'To go on in a transaction after a statement that failed is not supported in the local worksheet: ROLLBACK'
  ],
  [
    /^Could not convert string ['"]\??(.*)['"] to (?:DECIMAL|U?\w*INT|DOUBLE|HUGEINT).*$/,
    "Numeric value '$1' is not recognized"
  ],
  [
    /^(?:invalid date field format|date field value out of range): "\\??(.*?)".*$/,
    "Date '$1' is not recognized"
  ],
  [
    /^(?:invalid timestamp field format|timestamp field value out of range): "(.*?)".*$/,
    "Timestamp '$1' is not recognized"
  ],
  [/^(?:invalid time field format|time field value out of range): "(.*?)".*$/, "Time '$1' is not recognized"],
  [
    /^Could not parse string "(.*)" according to format specifier .*$/,
    "Can't parse '$1' as date or timestamp with the given format"
  ],
  [
    /^Could not cast value (\S+) to DECIMAL\((\d+),(\d+)\).*$/,
    'Number out of representable range: type NUMBER($2,$3), value $1'
  ],
  [
    /^Out of Range Error: Overflow in .*? of DECIMAL.*$/,
    'Number out of representable range: more than 38 digits'
  ],
  [/^NOT NULL constraint failed: .*\.(.+)$/, 'NULL result in a non-nullable column $1'],
  [
    /^CHECK constraint failed on table \S+ with expression CHECK\(\(length\((.+)\) <= (\d+)\)\)$/,
    'String is too long and would be truncated: column $1 is VARCHAR($2)'
  ],
  [/^More than one row returned by a subquery .*$/, 'Single-row subquery returns more than one row.'],
  [
    /^column "?(.+?)"? must appear in the GROUP BY clause .*$/,
    "SQL compilation error: '$1' in select clause is neither an aggregate nor in the group by clause."
  ],
  [/^Invalid input for hex digit: .*$/, 'The text is not a legal hex-encoded string']
]

/** The first line of DuckDB's message, in Snowflake's words where we know them. */
export const engineMessage = (error: unknown): string => {
  const message = error instanceof Error ? error.message : String(error)
  const line = (message.split('\n')[0] ?? '')
    .replace(': "?', ': "')
    .replace(/^(Invalid Input|Conversion|Binder|Constraint|Catalog) Error: /, '')
  const found = translations.find(([pattern]) => pattern.test(line))
  return found ? line.replace(...found) : line
}
