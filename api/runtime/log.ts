/** Ids and counts of one event, as one JSON line. Never row contents, keys or messages of rows. */
export type LogLine = Readonly<Record<string, string | number | boolean | undefined>>

export type Log = (line: LogLine) => void

/** Writes lines to a stream; CloudWatch Logs reads them as JSON. */
export const jsonLog =
  (write: (text: string) => void): Log =>
  (line) =>
    write(`${JSON.stringify(line)}\n`)
