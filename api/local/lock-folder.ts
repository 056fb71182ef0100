import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isAlive } from './in-use.ts'

/**
 * Takes a folder for this process until it is disposed of. A lock whose process is gone is taken over.
 *
 * @throws Error in one line when another process has it
 */
export const lockFolder = async (folder: string): Promise<AsyncDisposable> => {
  const path = join(folder, 'lock')
  for (let tries = 1; ; tries += 1) {
    try {
      await writeFile(path, String(process.pid), { flag: 'wx' })
      return { [Symbol.asyncDispose]: () => rm(path, { force: true }) }
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
    const holder = Number(await readFile(path, 'utf8').catch(() => ''))
    if (tries > mostTries || isAlive(holder))
      throw new Error(
        `${folder} is in use by process ${holder || 'unknown'}: wait until it has ended, or work in another folder`
      )
    await rm(path, { force: true })
  }
}

const mostTries = 3
