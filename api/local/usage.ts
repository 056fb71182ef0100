import { nearest } from '../json/nearest.ts'

// What `--help` prints for each local command, and what is said about arguments. It imports next to nothing: help
// answers at once.

const usages = {
  start: `npm start [-- options]

  Without -e and -f: the worked example, then a prompt. A file as input (npm start < file.sql) is run like -f.
  -e "SQL; SQL"            run these statements
  -f file.sql              run the statements of a file; - is the standard input
  --format table|json|csv  json: one array of row objects a statement; csv: a line of names and one a row
  --table name=key:T[,sortkey:T]   create a DynamoDB table, T being S, N or B; may be repeated
  --no-example             the prompt at once
  --rows 200               how many rows of a result a terminal shows, or all
`,
  serve: `npm run serve -- [options]

  --port 3000              of the API, 0 for any free one
  --dynamodb-port 0        of the embedded DynamoDB
  --table name=key:T[,sortkey:T]   create a DynamoDB table, T being S, N or B; may be repeated
  --isolated               an app instance for each concurrent batch, as Lambda does
`,
  load: `npm run load -- --table name=key:T[,sortkey:T] [options] file-or-folder…

  Loads NDJSON, CSV with a header and Parquet, also with gzip or zstd. Exit code: 0 when the run is complete, unless
  nothing was written and rows were rejected.
  --options '{"version":"updated_at"}'   options of push_to_dynamo, and format, max_wcu
  --allow-rejected 100%    exit with 0 however few rows were written; 5%: exit with 1 when more were rejected
  --plan                   say what it would cost, and load nothing
  --json                   print the final status as one line of JSON
  --fresh                  clear .local/ first
`,
  look: `npm run look -- [<table> [<key>]] [options]

  Shows the items that loads have written to .local/, or to DYNAMODB_ENDPOINT. Without a table: the tables.
  <key>                    a-1, or with a sort key c-1,17, or '{"id":"a-1"}'
  --most 10                so many items, without a key
  --json                   one line of JSON an item
`,
  redrive: `npm run redrive -- <run> [options]

  Sends what a run set aside through again, as it lies in .local/bucket/rejected/<run>.
  --options '{"names":"lower"}'   in place of the options of the run
  --allow-rejected 5%      exit with 1 when more of the rows are rejected still; 100%: never for that
  --json                   print the final status as one line of JSON
`,
  simulate: `npm run simulate -- [options]

  --wcu 4000               write units a second of the table
  --rows 1000000           of each statement
  --concurrency 64         batches that Snowflake sends at once
  --statements 1           at the same time
  --no-admission           without the meter, for comparison
  --stated 4000            what the table says that it takes; as --wcu unless told
  --hot-share 0            percent of the rows on one partition key, which takes 1,000 a second
  --index-share 0, --index-wcu 4000   percent of the rows in an index, and what it takes
  --burst-seconds 1, --partitions 1, --halve 10-40, --outage 10-25, --unknown-capacity   of the table
  --deadline-ms 20000, --shared   of the API
  --ledger-ms 0            what a call of the ledger takes beyond its usual 3-10 ms
  --seed 1, --json
`
}

export type LocalCommand = keyof typeof usages

export const localCommands = Object.keys(usages) as readonly LocalCommand[]

export const isCommand = (name: string): name is LocalCommand => Object.hasOwn(usages, name)

export const usageOf = (command: LocalCommand): string => usages[command]

/** The command as it is typed. */
export const commandLine = (command: LocalCommand): string =>
  command === 'start' ? 'npm start' : `npm run ${command}`

/** The one line that is said about an error; for an argument that `parseArgs` refuses, also the nearest one and where to look. */
export const lineOf = (command: LocalCommand, error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  if (code === 'ECONNREFUSED') return `DYNAMODB_ENDPOINT does not answer: ${error.message}`
  if (!code.startsWith('ERR_PARSE_ARGS_')) return error.message
  const [what = ''] = error.message.split(/\. To specify|\n/, 1)
  const meant = code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION' ? meantOption(command, what) : undefined
  return `${what}${meant === undefined ? '' : `, did you mean ${meant}?`}: see ${commandLine(command)} -- --help`
}

/** The option of the command that is spelled most like the unknown one. */
const meantOption = (command: LocalCommand, what: string): string | undefined => {
  const [, given = ''] = /'(--?[^']+)'/.exec(what) ?? []
  const known = [...usages[command].matchAll(/--[a-z][a-z-]*/g)].map(([name]) => name)
  return nearest(given, known)
}
