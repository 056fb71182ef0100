import { randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { copyFile, link, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'

/** No key is written with this name, so what lies in it is no object. */
export const workName = '%work'
/** A file that a killed process left; one that is being written is younger. */
const leftOverMs = 3_600_000

/** Makes files beside the objects and moves them in whole. */
export interface FreshFiles {
  /** Writes pieces; the half-written file goes away when they throw. @returns its path */
  written(pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>): Promise<string>
  /** A second name of a file's content, without its bytes being copied. @throws the system's error */
  linked(path: string): Promise<string>
  /** An independent file that shares the content's blocks, where the file system can. @throws the system's error */
  cloned(path: string): Promise<string>
  /** Takes a file away from where it is, in one step. @returns its path now; undefined when none was there */
  taken(path: string): Promise<string | undefined>
  /** Moves it to its place, over what is there. */
  place(fresh: string, target: string): Promise<void>
  /** The same unless something is there. @returns false then */
  placeIfAbsent(fresh: string, target: string): Promise<boolean>
  discard(fresh: string): Promise<void>
}

export const freshFiles = (folder: string, nowMs: () => number): FreshFiles => {
  const work = join(folder, workName)
  const ready = once(async () => {
    await mkdir(work, { recursive: true })
    await sweep(work, nowMs())
  })
  const fresh = async (): Promise<string> => {
    await ready()
    return join(work, randomUUID())
  }
  const discard = (path: string) => rm(path, { force: true })

  return {
    async written(pieces) {
      const path = await fresh()
      const file = await open(path, 'wx')
      try {
        for await (const piece of pieces) await file.writeFile(piece)
      } catch (error) {
        await file.close()
        await discard(path)
        throw error
      }
      await file.close()
      return path
    },
    async linked(path) {
      const second = await fresh()
      await link(path, second)
      return second
    },
    async cloned(path) {
      const clone = await fresh()
      try {
        await copyFile(path, clone, constants.COPYFILE_FICLONE_FORCE | constants.COPYFILE_EXCL)
      } catch (error) {
        await discard(clone)
        throw error
      }
      return clone
    },
    async taken(path) {
      const away = await fresh()
      try {
        await rename(path, away)
        return away
      } catch (error) {
        if (codeOf(error) === 'ENOENT') return undefined
        throw error
      }
    },
    async place(path, target) {
      await mkdir(dirname(target), { recursive: true })
      await rename(path, target)
      // Where both names are one file already, rename does nothing and leaves both (POSIX).
      await discard(path)
    },
    async placeIfAbsent(path, target) {
      await mkdir(dirname(target), { recursive: true })
      try {
        await link(path, target)
        return true
      } catch (error) {
        if (codeOf(error) === 'EEXIST') return false
        throw error
      } finally {
        await discard(path)
      }
    },
    discard
  }
}

export const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code

const sweep = async (work: string, nowMs: number): Promise<void> => {
  for (const name of await readdir(work)) {
    const path = join(work, name)
    const stats: Stats | undefined = await stat(path).catch(() => undefined)
    // A link is as old as its content; ctime is when it was made.
    if (stats !== undefined && nowMs - stats.ctimeMs > leftOverMs) await rm(path, { force: true })
  }
}

const once = (work: () => Promise<void>): (() => Promise<void>) => {
  let begun: Promise<void> | undefined
  return () => {
    begun ??= work()
    return begun
  }
}
