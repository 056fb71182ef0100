import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'
import { isMarkerName, skippedLine } from '../load/marker-name.ts'

/** A file on this machine and its name within the run. */
export interface FileToLoad {
  readonly name: string
  readonly path: string
}

/** What is loaded, and what lies beside it: files that markers, hidden files and odd names are. */
export interface FilesToLoad {
  readonly files: readonly FileToLoad[]
  readonly skipped: readonly string[]
}

/**
 * Files, and all files below folders, in order; equal names get their argument's number in front. Of a folder, what
 * is no data by its name or cannot be a chunk's name is skipped; hidden folders are not looked into.
 *
 * @throws Error naming the argument that is not there, or when nothing is there to load
 */
export const filesToLoad = async (paths: readonly string[]): Promise<FilesToLoad> => {
  const files: FileToLoad[] = []
  const skipped: string[] = []
  const names = new Set<string>()
  for (const [n, path] of paths.entries()) {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) throw new Error(`there is no file or folder ${path}`)
    const each = found.isDirectory()
      ? await filesBelow(path)
      : [{ name: chunkName(path), path: resolve(path) }]
    for (const file of each) {
      if (found.isDirectory() && !canBeChunk(file.name)) {
        skipped.push(file.name)
        continue
      }
      const name = names.has(file.name) ? `${n + 1}/${file.name}` : file.name
      if (names.has(name)) throw new Error(`${path} is named twice`)
      if (name === 'manifest.json')
        throw new Error(
          `${file.path} has the name of a run's manifest: name the chunks beside it, or rename it`
        )
      names.add(name)
      files.push({ ...file, name })
    }
  }
  if (files.length === 0) {
    const beside = skippedLine(skipped)
    throw new Error(
      `name the files or folders to load; there is no file of data in these${beside === undefined ? '' : ` (${beside})`}`
    )
  }
  return { files, skipped }
}

/** Whoever names a file means it: without the mark that would make it no data to the run. */
const chunkName = (path: string): string => basename(path).replace(/^[._]+(?=.)/, '')

/** A manifest takes such names, and its own is taken. */
const canBeChunk = (name: string): boolean =>
  !isMarkerName(name) &&
  name !== 'manifest.json' &&
  !name.includes('\\') &&
  Buffer.byteLength(name) <= maxNameBytes

const maxNameBytes = 900

const filesBelow = async (folder: string): Promise<readonly FileToLoad[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => resolve(join(entry.parentPath, entry.name)))
    .map((path) => ({ path, name: relative(resolve(folder), path) }))
    .filter(
      ({ name }) =>
        !name
          .split('/')
          .slice(0, -1)
          .some((part) => part.startsWith('.'))
    )
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
