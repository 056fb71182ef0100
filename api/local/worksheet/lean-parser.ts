import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { setFlagsFromString } from 'node:v8'

// The parser of SQL is 23 MB of WebAssembly; here it is made to start fast and to stay small.

// V8 validates a function when it is first called, not all of them at the start of every command. What is never called
// costs nothing; 130 ms of 160 on a two-core machine.
setFlagsFromString('--wasm-lazy-validation')
// And it keeps to its baseline compiler: the optimizing one takes 700 MB and some two seconds of CPU in the background,
// which only some 8,000 statements win back.
setFlagsFromString('--no-wasm-dynamic-tiering')
setFlagsFromString('--no-wasm-tier-up')

/** As much of a response as the parser asks for when it fetches its file. */
const fetchFile = async (url: string) => {
  const bytes = await readFile(fileURLToPath(url))
  return { headers: new Map<string, string>(), arrayBuffer: async () => bytes }
}

/**
 * The parser fetches its file, by a fetch that it puts in the place of Node's: that would load the whole HTTP client and
 * copy the file twice, 0.2 s.
 */
const loadParser = async (): Promise<typeof import('@polyglot-sql/sdk')> => {
  const fetch = Object.getOwnPropertyDescriptor(globalThis, 'fetch')
  Object.defineProperty(globalThis, 'fetch', { configurable: true, get: () => fetchFile, set: () => {} })
  try {
    return await import('@polyglot-sql/sdk')
  } finally {
    if (fetch) Object.defineProperty(globalThis, 'fetch', fetch)
  }
}

export const { Dialect, generate, parse, tokenize } = await loadParser()

/** V8 compiles what a first statement runs through, some 0.1 s: to be called while something else is waited for. */
export const warmParser = (): void => {
  const sql = 'select 1 as one from (select 2)'
  tokenize(sql, Dialect.Snowflake)
  parse(sql, Dialect.Snowflake)
}
