import { readdir, readlink } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { AwsAccess } from '../../support/ministack.ts'

/** The processes in which this emulator runs the function: each works in a folder that bears the function's name. */
const workersOf = async ({ folder }: AwsAccess, name: string): Promise<number[]> => {
  const pids = (await readdir('/proc')).filter((entry) => /^\d+$/.test(entry)).map(Number)
  const folders = await Promise.all(pids.map((pid) => readlink(`/proc/${pid}/cwd`).catch(() => '')))
  return pids.filter((_, n) => folders[n]?.startsWith(`${folder}/ministack-lambda-${name}-`))
}

/** A worker that is younger may not have hidden its message yet: then five minutes pass before another one gets it. */
const leastAgeMs = 3_000

/**
 * Kills a worker of one of the functions every few seconds, without a warning, until the signal strikes.
 *
 * @returns how many died, whether they were at work or not
 */
export const killWorkers = async (
  aws: AwsAccess,
  functions: readonly string[],
  random: () => number,
  until: AbortSignal
): Promise<number> => {
  const seenMs = new Map<number, number>()
  let killed = 0
  while (!until.aborted) {
    await wait(1_000 + random() * 2_000, undefined, { signal: until }).catch(() => {})
    const name = functions[Math.floor(random() * functions.length)] ?? ''
    const all = await workersOf(aws, name)
    for (const pid of all) if (!seenMs.has(pid)) seenMs.set(pid, Date.now())
    const workers = all.filter((pid) => Date.now() - (seenMs.get(pid) ?? 0) >= leastAgeMs)
    const pid = workers[Math.floor(random() * workers.length)]
    if (pid === undefined || until.aborted) continue
    try {
      process.kill(pid, 'SIGKILL')
      killed += 1
    } catch {
      // It has ended by itself.
    }
  }
  return killed
}
