import { existsSync, readFileSync } from 'node:fs'

const isOurs = (file: URL): boolean =>
  existsSync(file) && (JSON.parse(readFileSync(file, 'utf8')) as { name?: string }).name === 'push-to-dynamo'

const above = (folder: URL): URL => {
  if (isOurs(new URL('package.json', folder))) return folder
  const parent = new URL('../', folder)
  if (parent.href === folder.href) throw new Error('this is no whole package: its package.json is missing')
  return above(parent)
}

/**
 * The folder of our package.json: of a checkout, or of the installed package, whose code lies elsewhere in it. Files
 * that are read as they are lie at the same place in both.
 */
export const packageRoot: URL = above(new URL('./', import.meta.url))
