import { diceOf } from '../support/bulk-world.ts'
import { badEvery, killLoop } from '../support/kill-loop.ts'

// A real load killed with SIGKILL at least 50 times across runs. Arguments: kills (50), seed (the time).

const [kills = 50, seed = Date.now()] = process.argv.slice(2).map(Number)
const [chunks, rowsPerChunk, killsPerRun] = [6, 4_000, 12]
const random = diceOf(seed)
let killed = 0
for (let run = 1; killed < kills; run += 1) {
  const ended = await killLoop(chunks, rowsPerChunk, killsPerRun, random)
  killed += ended.kills
  const bad = Math.ceil((rowsPerChunk - 7) / badEvery)
  const { rows, state } = ended.status
  const isTrue =
    state === 'complete' &&
    rows.read === chunks * rowsPerChunk &&
    rows.written === chunks * (rowsPerChunk - bad) &&
    rows.rejected === chunks * bad &&
    new Set(ended.ids).size === rows.written &&
    ended.auditSettles.length === chunks &&
    ended.done.length === chunks &&
    Object.values(ended.rejected).every((numbers) => new Set(numbers).size === bad && numbers.length === bad)
  process.stdout.write(`run ${run}: ${ended.kills} kills, ${isTrue ? 'true' : 'WRONG'} (seed ${seed})\n`)
  if (!isTrue) {
    const { ids, ...rest } = ended
    process.stdout.write(`${new Set(ids).size} different keys; ${JSON.stringify(rest)}\n`)
    process.exit(1)
  }
}
