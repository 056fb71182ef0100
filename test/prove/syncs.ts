import { openChecked } from '../support/sync-checker/checked-worksheet.ts'
import { liveSeed } from '../support/sync-checker/live-seed.ts'

// `npm run prove:syncs -- [seeds] [first] [lanes]`: random sources, changes, faults of the service, runs cut off after any
// statement and others beside them, over the shipped SQL. Each seed tells the same story again. A statement waits for DuckDB
// most of its time, so two seeds at once are told in little more time than one.

const [seeds = '1000', first = '1', lanes = '2'] = process.argv.slice(2)
/** A worksheet grows slowly: a new one for so many seeds. */
const seedsPerWorksheet = 100

const end = Number(first) + Number(seeds)
let next = Number(first)
let isTrue = true
let lived = 0
const begun = Date.now()
const tell = (): void => {
  process.stdout.write(
    `${lived} seeds from ${first}: ${isTrue ? 'all hold' : 'NOT all hold'} (${Math.round((Date.now() - begun) / 1000)} s)\n`
  )
}

const lane = async (): Promise<void> => {
  while (next < end) {
    const world = await openChecked()
    for (let here = 0; here < seedsPerWorksheet && next < end; here += 1) {
      const seed = next
      next += 1
      try {
        const story = await liveSeed(seed, world)
        if (process.env.STORY) process.stdout.write(`${seed}: ${story}\n`)
      } catch (error) {
        isTrue = false
        process.stdout.write(`${(error as Error).message}\n`)
        if (!process.env.ALL) process.exit(1)
      }
      lived += 1
      if (lived % 20 === 0) tell()
    }
    await world.close()
  }
}
await Promise.all(Array.from({ length: Number(lanes) }, lane))
tell()
process.exit(isTrue ? 0 : 1)
