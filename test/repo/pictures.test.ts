import { existsSync, readFileSync, statSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { packedFiles } from '../../infra/package/manifest.ts'
import { dataPath, ways } from '../pictures/data-path.ts'
import { promptPicture } from '../pictures/prompt.ts'
import { screenOf } from '../pictures/terminal-screen.ts'

const root = new URL('../../', import.meta.url)
const readme = readFileSync(new URL('README.md', root), 'utf8')
const pictures = [
  ...[...readme.matchAll(/!\[([^\]]*)\]\(([^)]+)\)/g)].map(([, alt = '', path = '']) => ({ alt, path })),
  ...[...readme.matchAll(/<img src="([^"]+)" alt="([^"]*)"/g)].map(([, path = '', alt = '']) => ({
    alt,
    path
  }))
]
const dark = [...readme.matchAll(/srcset="([^"]+)"/g)].map(([, path = '']) => path)

describe('the pictures of the README', () => {
  it('are there, small, and told to those who do not see them', () => {
    expect(pictures.map(({ path }) => path)).toEqual([
      '.github/pictures/data-path.svg',
      '.github/pictures/prompt.svg',
      'test/bench/results.svg',
      '.github/pictures/page-light.png'
    ])
    for (const { alt, path } of pictures) expect(alt.length, path).toBeGreaterThan(50)
    for (const path of [...pictures.map((each) => each.path), ...dark]) {
      expect(existsSync(new URL(path, root)), path).toBe(true)
      expect(statSync(new URL(path, root)).size, path).toBeLessThan(100_000)
    }
  })

  it('are readable on a dark page', () => {
    expect(dark).toEqual(['.github/pictures/page-dark.png'])
    for (const { path } of pictures.filter((each) => each.path.endsWith('.svg')))
      expect(readFileSync(new URL(path, root), 'utf8'), path).toContain('@media (prefers-color-scheme: dark)')
  })

  it('do not travel in the package', () => {
    expect(packedFiles.filter((path) => path.startsWith('.github') || path.startsWith('test'))).toEqual([])
  })

  it('draw the way of the data as it is: each step is a folder of api', async () => {
    for (const step of [...ways.rows, ...ways.chunks])
      expect(existsSync(new URL(`api/${step}/`, root)), step).toBe(true)
    await expect(dataPath()).toMatchFileSnapshot('../../.github/pictures/data-path.svg')
  })

  it('show of a terminal what it shows: what was erased or written over is gone', () => {
    const sent =
      'wait …\r\u001b[2K\u001b[1G\u001b[0Jsql> \u001b[6GSELECT 1 < 2;\r\r\n##  50 %\r\u001b[2Kno\ryes\r\n'
    expect(screenOf(sent)).toEqual(['sql> SELECT 1 < 2;', 'yes', ''])
    expect(promptPicture(screenOf(sent))).toContain(
      '<tspan class="named">sql&gt;</tspan> SELECT 1 &lt; 2;</text>'
    )
  })
})
