import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { scriptFolder } from './script.ts'

const folder = new URL('app/', scriptFolder)

/** Where the files of the pages are, as PUT takes it: with `/` on every system. */
export const pageFolder = fileURLToPath(folder).replaceAll('\\', '/').replace(/\/$/, '')

/** All files of the pages by path, without what Python and its tools leave beside them. */
export const pageFiles = (): readonly string[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes('__pycache__'))
    .map((entry) => relative(pageFolder, join(entry.parentPath, entry.name)).replaceAll('\\', '/'))
    .sort()

/** Which files the pages are made of: other contents, another text. The objects in Snowflake carry it in their comment. */
export const pageVersion = (): string => {
  const hash = createHash('sha256')
  for (const path of pageFiles())
    hash
      .update(`${path}\0`)
      .update(readFileSync(new URL(path, folder)))
      .update('\0')
  return hash.digest('hex').slice(0, 12)
}

/**
 * The files in a folder of their own, since the driver opens what it sends for writing, and a package may be installed where
 * its user may only read.
 */
export const copyOfPages = async (): Promise<{ readonly folder: string; remove(): Promise<void> }> => {
  const parent = await mkdtemp(join(tmpdir(), 'push-to-dynamo-page-'))
  const copy = join(parent, 'app')
  await cp(pageFolder, copy, { recursive: true })
  return { folder: copy.replaceAll('\\', '/'), remove: () => rm(parent, { recursive: true, force: true }) }
}
