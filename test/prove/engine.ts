import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { proveEngineOnAws } from '../support/engine-on-aws.ts'
import { proveEngineHere } from '../support/engine-proof.ts'

// The same rows by `workers`, `bulk_put` and `import`: the same table, the same counts, with the faults of a managed job.
// Arguments: rows (100,000 unless told). `--bucket NAME --table NAME` (key `id`, text) does it on AWS, without faults,
// with the credentials and Region of the environment: that is what nobody else can prove; `--new-table NAME` has an
// import make that table, too.

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { bucket: { type: 'string' }, table: { type: 'string' }, 'new-table': { type: 'string' } }
})
const rows = Number(positionals[0] ?? (values.bucket === undefined ? 100_000 : 1_000))
const folder = await mkdtemp(join(tmpdir(), 'push-engine-'))
let isTrue = true
const tell = (what: string, isRight: boolean, said: string): void => {
  isTrue &&= isRight
  process.stdout.write(`${what}: ${said}: ${isRight ? 'true' : 'WRONG'}\n`)
}
try {
  if (values.bucket !== undefined && values.table !== undefined)
    await proveEngineOnAws(
      { rows, bucket: values.bucket, table: values.table, newTable: values['new-table'] },
      tell
    )
  else await proveEngineHere({ rows, folder }, tell)
} finally {
  await rm(folder, { recursive: true, force: true })
}
process.exit(isTrue ? 0 : 1)
