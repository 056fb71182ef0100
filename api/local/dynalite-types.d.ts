/** What we use of npm dynalite 4, which ships no types: https://github.com/architect/dynalite */
declare module 'dynalite' {
  import type { Server } from 'node:http'

  /** Times are milliseconds and 500 unless told; without `path` all tables live in memory. */
  interface DynaliteOptions {
    readonly createTableMs?: number
    readonly deleteTableMs?: number
    readonly updateTableMs?: number
    readonly maxItemSizeKb?: number
    readonly path?: string
  }

  const dynalite: (options?: DynaliteOptions) => Server
  export default dynalite
}
