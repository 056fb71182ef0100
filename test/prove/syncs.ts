import { openChecked } from '../support/sync-checker/checked-worksheet.ts'
import { liveSeed } from '../support/sync-checker/live-seed.ts'

// `npm run prove:syncs -- [seeds] [first]`: random sources, changes, faults of the service, runs cut off after any statement
// and others beside them, over the shipped SQL. Each seed tells the same story again.

const [seeds = '1000', first = '1'] = process.argv.slice(2)
/** A worksheet grows slowly: a new one for so many seeds. */
const seedsPerWorksheet = 100

let isTrue = true
let lived = 0
const begun = Date.now()
const tell = (): void => {
  process.stdout.write(
    `${lived} seeds from ${first}: ${isTrue ? 'all hold' : 'NOT all hold'} (${Math.round((Date.now() - begun) / 1000)} s)\n`
  )
}
for (let seed = Number(first); seed < Number(first) + Number(seeds); ) {
  const world = await openChecked()
  for (let here = 0; here < seedsPerWorksheet && seed < Number(first) + Number(seeds); here += 1, seed += 1) {
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
tell()
process.exit(isTrue ? 0 : 1)
