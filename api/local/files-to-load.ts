import { readdir, stat } from 'node:fs/promises'
import { basename, join, relative, resolve } from 'node:path'

/** A file on this machine and its name within the run. */
export interface FileToLoad {
  readonly name: string
  readonly path: string
}

/**
 * Files, and all files below folders (hidden ones left out), in order; equal names get their argument's number in
 * front.
 *
 * @throws Error naming the argument that is not there, or when nothing is there to load
 */
export const filesToLoad = async (paths: readonly string[]): Promise<readonly FileToLoad[]> => {
  const files: FileToLoad[] = []
  const names = new Set<string>()
  for (const [n, path] of paths.entries()) {
    const found = await stat(path).catch(() => undefined)
    if (found === undefined) throw new Error(`there is no file or folder ${path}`)
    const each = found.isDirectory()
      ? await filesBelow(path)
      : [{ name: basename(path), path: resolve(path) }]
    for (const file of each) {
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
  if (files.length === 0) throw new Error('name the files or folders to load; there is no file in these')
  return files
}

const filesBelow = async (folder: string): Promise<readonly FileToLoad[]> => {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => resolve(join(entry.parentPath, entry.name)))
    .map((path) => ({ path, name: relative(resolve(folder), path) }))
    .filter(({ name }) => !name.split('/').some((part) => part.startsWith('.')))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
}
