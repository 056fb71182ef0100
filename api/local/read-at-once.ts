import { createRequire } from 'node:module'

/** What we use of the classes of npm classic-level 3: the read that returns at once. */
interface LevelPrototype {
  _get?: (key: unknown, options: unknown) => Promise<unknown>
  _getSync?: (key: unknown, options: unknown) => unknown
}

/**
 * Lets dynalite's tables on disk be read without a trip to the thread pool. Every write reads the item before it, as a
 * rule one that is not there or lies in memory: the trip took five times as long as the read, a fifth of all of
 * dynalite's work in a load. Where the package has changed, all stays as it is.
 *
 * @param from the URL of the module that loads dynalite
 */
export const readAtOnce = (from: string): void => {
  try {
    const dynalite = createRequire(from).resolve('dynalite')
    const { Level } = createRequire(dynalite)('level') as {
      readonly Level: { readonly prototype: LevelPrototype }
    }
    const { prototype } = Level
    if (prototype._getSync === undefined) return
    prototype._get = async function (this: LevelPrototype, key, options) {
      return this._getSync?.(key, options)
    }
  } catch {
    // It is no more than a shorter way.
  }
}
