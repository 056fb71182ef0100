import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { filesToLoad } from '../../api/local/files-to-load.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'files-to-load-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const made = async (...names: readonly string[]): Promise<void> => {
  for (const name of names) {
    await mkdir(dirname(join(folder, name)), { recursive: true })
    await writeFile(join(folder, name), '')
  }
}
const found = async (...paths: readonly string[]) => {
  const { files, skipped } = await filesToLoad(paths.map((path) => join(folder, path)))
  return { names: files.map(({ name }) => name), skipped }
}

describe('files below a folder', () => {
  it('are loaded but for those that are no data by their names, which are told', async () => {
    await made(
      ...[
        '_SUCCESS',
        '.DS_Store',
        'a.csv',
        '.a.csv.crc',
        'day=1/_committed_7',
        'day=1/b.parquet',
        '_temporary/0/c.csv'
      ],
      ...['manifest.json', 'sub/manifest.json', 'odd\\name.csv', '.git/config']
    )
    expect(await found('.')).toEqual({
      names: ['a.csv', 'day=1/b.parquet', 'sub/manifest.json'],
      skipped: [
        ...['.DS_Store', '.a.csv.crc', '_SUCCESS', '_temporary/0/c.csv', 'day=1/_committed_7'],
        ...['manifest.json', 'odd\\name.csv']
      ]
    })
  })

  it('that are none of data are nothing to load', async () => {
    await made('_SUCCESS', '.DS_Store')
    await expect(found('.')).rejects.toThrow('there is no file of data in these')
  })
})

it('a file that is named is meant, whatever its name', async () => {
  await made('_a.csv', '.b.csv')
  expect(await found('_a.csv', '.b.csv')).toEqual({ names: ['a.csv', 'b.csv'], skipped: [] })
})
