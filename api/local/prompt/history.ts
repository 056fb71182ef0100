import { appendFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'

/** Statements that were typed, the newest first; they outlive the process. */
export interface History {
  readonly entries: readonly string[]
  add(statement: string): void
}

const mostEntries = 1_000

/**
 * Reads the history of a file, one JSON text a line. Statements are added to the file as they are typed, so that
 * nothing is lost however the program ends. A file that cannot be read or written is no reason to stop.
 */
export const openHistory = (path: string): History => {
  const entries = readEntries(path)
  try {
    mkdirSync(dirname(path), { recursive: true })
    // Statements may hold what nobody else is to read.
    writeFileSync(path, entries.toReversed().map(lineOf).join(''), { mode: 0o600 })
  } catch {
    // A folder that cannot be written: the history lasts as long as the program.
  }
  return {
    entries,
    add(statement) {
      if (statement === entries[0]) return
      entries.unshift(statement)
      entries.length = Math.min(entries.length, mostEntries)
      try {
        appendFileSync(path, lineOf(statement), { mode: 0o600 })
      } catch {
        // The same.
      }
    }
  }
}

const lineOf = (statement: string): string => `${JSON.stringify(statement)}\n`

const readEntries = (path: string): string[] => {
  try {
    const lines = readFileSync(path, 'utf8')
      .split('\n')
      .slice(-mostEntries - 1)
    return lines.flatMap(entryOf).toReversed()
  } catch {
    return []
  }
}

const entryOf = (line: string): string[] => {
  try {
    const entry: unknown = JSON.parse(line)
    return typeof entry === 'string' && entry !== '' ? [entry] : []
  } catch {
    return []
  }
}
