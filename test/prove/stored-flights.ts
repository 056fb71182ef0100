import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { loadStoredFlights } from '../support/stored-flights.ts'

// Real flights through `npm run load` into the embedded DynamoDB; then every one of them is looked for in the table.
// Arguments: rows a format (50,000 unless told).

const [rows = '50000'] = process.argv.slice(2)
const folder = await mkdtemp(join(tmpdir(), 'push-flights-'))
const dynamodb = await startEmbeddedDynamodb()
let isTrue = true
try {
  for (const format of ['ndjson.gz', 'csv.gz'] as const) {
    const { state, written, stored } = await loadStoredFlights(
      dynamodb.endpoint,
      folder,
      format,
      Number(rows)
    )
    const isWhole = state === 'complete' && [written, stored].every((count) => count === Number(rows))
    isTrue &&= isWhole
    process.stdout.write(
      `${format}: ${stored} of ${rows} flights in the table: ${isWhole ? 'true' : 'WRONG'}\n`
    )
  }
} finally {
  await dynamodb.close()
  await rm(folder, { recursive: true, force: true })
}
process.exit(isTrue ? 0 : 1)
