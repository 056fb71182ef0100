import type { Dirent } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { codeOf, workName } from './fresh-file.ts'
import { partOf } from './key-path.ts'

/**
 * Keys below a prefix with their paths, in S3's order (bytes of UTF-8). Holds the names of one folder a level. Files
 * whose names stand for no key are passed over.
 */
export async function* listObjects(
  folder: string,
  prefix: string,
  signal: AbortSignal | undefined,
  above = ''
): AsyncGenerator<{ readonly key: string; readonly path: string }> {
  signal?.throwIfAborted()
  const members = (await entriesOf(folder))
    .filter((entry) => entry.isFile() || entry.isDirectory())
    .flatMap((entry) => memberOf(entry, above))
    .filter(({ key, isFolder }) => key.startsWith(prefix) || (isFolder && prefix.startsWith(key)))
    .toSorted((a, b) => Buffer.compare(a.order, b.order))
  for (const { key, name, isFolder } of members) {
    const path = join(folder, name)
    if (isFolder) yield* listObjects(path, prefix, signal, key)
    else yield { key, path }
  }
}

const memberOf = (entry: Dirent, above: string) => {
  const isFolder = entry.isDirectory()
  const part = entry.name === workName ? undefined : partOf(entry.name, isFolder)
  if (part === undefined) return []
  const key = `${above}${part}${isFolder ? '/' : ''}`
  return [{ key, name: entry.name, isFolder, order: Buffer.from(key) }]
}

const entriesOf = async (folder: string): Promise<readonly Dirent[]> => {
  try {
    return await readdir(folder, { withFileTypes: true })
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return []
    throw error
  }
}
