// What `--help` prints for each local command.

const usages = {
  start: `npm start [-- options]

  Without -e and -f: the worked example, then a prompt.
  -e "SQL; SQL"            run these statements
  -f file.sql              run the statements of a file
  --format table|json      json: one array of row objects a statement
  --table name=key:T[,sortkey:T]   create a DynamoDB table, T being S, N or B; may be repeated
`,
  serve: `npm run serve -- [options]

  --port 3000              of the API, 0 for any free one
  --dynamodb-port 0        of the embedded DynamoDB
  --table name=key:T[,sortkey:T]   create a DynamoDB table, T being S, N or B; may be repeated
  --isolated               an app instance for each concurrent batch, as Lambda does
`,
  load: `npm run load -- --table name=key:T[,sortkey:T] [options] file-or-folder…

  Loads NDJSON, CSV with a header and Parquet, also with gzip or zstd. Exit code: 0 when the run is complete.
  --options '{"version":"updated_at"}'   options of push_to_dynamo, and format, max_wcu
  --json                   print the final status as one line of JSON
  --fresh                  clear .local/ first
`,
  redrive: `npm run redrive -- <run> [options]

  Sends what a run set aside through again, as it lies in .local/bucket/rejected/<run>.
  --options '{"names":"lower"}'   in place of the options of the run
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
  --burst-seconds 1, --partitions 1, --halve 10-40, --unknown-capacity   of the table
  --deadline-ms 20000, --shared   of the API
  --seed 1, --json
`
}

export type LocalCommand = keyof typeof usages

/** Prints the options of a command and ends the process, when `--help` is among its arguments. */
export const answerHelp = (command: LocalCommand, args: readonly string[]): void => {
  if (!args.includes('--help')) return
  process.stdout.write(usages[command])
  process.exit(0)
}

/** The one line that is said about an error; for an argument that `parseArgs` refuses, also where to look. */
export const lineOf = (command: LocalCommand, error: unknown): string => {
  if (!(error instanceof Error)) return String(error)
  const code = 'code' in error ? String(error.code) : ''
  if (!code.startsWith('ERR_PARSE_ARGS_')) return error.message
  const [what = ''] = error.message.split(/\. To specify|\n/, 1)
  return `${what}: see npm ${command === 'start' ? '' : 'run '}${command} -- --help`
}
