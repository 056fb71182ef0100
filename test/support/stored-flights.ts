import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type FlightFormat, unloadFlights } from './flights.ts'
import { lastJson, runCommand } from './run-command.ts'
import { outsideClient, scanTable } from './test-app.ts'

export interface StoredFlights {
  readonly state: unknown
  /** Why it did not end well. */
  readonly errors: readonly string[]
  /** What the run's status says. */
  readonly written: unknown
  /** Different flights in the table. */
  readonly stored: number
}

/** Loads so many flights as a user does, in chunks of two fifths, into a table of their own. */
export const loadStoredFlights = async (
  endpoint: string,
  folder: string,
  format: FlightFormat,
  rows: number
): Promise<StoredFlights> => {
  const table = `flights_${format.split('.', 1)[0]}`
  await mkdir(join(folder, format))
  await unloadFlights(join(folder, format), format, rows, Math.ceil((rows * 2) / 5))
  const env = { DYNAMODB_ENDPOINT: endpoint }
  const loaded = await runCommand('load', ['--table', `${table}=id:S`, '--json', format], folder, env)
  const {
    state,
    errors,
    rows: counts
  } = lastJson(loaded) as {
    state: string
    errors: string[]
    rows: { written: number }
  }
  const client = outsideClient(endpoint)
  try {
    const items = await scanTable(client, table)
    return { state, errors, written: counts.written, stored: new Set(items.map(({ id }) => id?.S)).size }
  } finally {
    client.destroy()
  }
}
