import { readFileSync } from 'node:fs'
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const usersIn = (folder: string): string => join(folder, 'in-use')

/** Notes that this process uses what lies in a folder, beside others, until it is disposed of. */
export const useFolder = async (folder: string): Promise<AsyncDisposable> => {
  const mark = join(usersIn(folder), String(process.pid))
  await mkdir(usersIn(folder), { recursive: true })
  await writeFile(mark, '')
  return { [Symbol.asyncDispose]: () => rm(mark, { force: true }) }
}

/** @throws Error in one line when a process that is alive uses what is to be cleared */
export const checkUnused = async (folder: string): Promise<void> => {
  const users = await readdir(usersIn(folder)).catch(() => [])
  const alive = users.filter((pid) => isAlive(Number(pid)))
  if (alive.length > 0)
    throw new Error(
      `${folder} is in use by npm run serve (process ${alive.join(', ')}): end it before --fresh clears its bucket`
    )
}

/** Whether there is such a process, of whatever user, that has not ended. */
export const isAlive = (pid: number): boolean => {
  if (!Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return !isZombie(pid)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

/**
 * A process that was killed keeps its number until its parent asks for it, which the first process of a container may
 * never do. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
 */
const isZombie = (pid: number): boolean => {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1')
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'Z'
  } catch {
    return false
  }
}
