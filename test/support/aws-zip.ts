import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { zipOf } from '../../infra/package/zip.ts'

/** The files of a folder → a zip archive: what Lambda takes as code. */
export const zipOfFolder = async (folder: string): Promise<Buffer> =>
  zipOf(
    await Promise.all(
      (await readdir(folder)).map(async (name) => ({ name, content: await readFile(join(folder, name)) }))
    )
  )
