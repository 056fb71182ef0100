import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, it } from 'vitest'

const run = promisify(execFile)
const worksheet = new URL('../../../api/local/worksheet/worksheet.ts', import.meta.url).href

// A process of its own: what V8 does with the parser holds for a whole process.
const program = `
  const before = globalThis.fetch
  const { openWorksheet } = await import(${JSON.stringify(worksheet)})
  const worksheet = await openWorksheet({ call: async (fn, rows) => rows.map(() => '{}') })
  await worksheet.run('create table t (id int, a varchar, b variant)')
  for (let n = 0; n < 60; n += 1)
    await worksheet.run(
      \`insert into t select \${n}, 'x', object_construct('a', \${n}, 'b', array_construct(1, 2))
         where not exists (select 1 from t where id = \${n} and a like 'y%')\`
    )
  await worksheet.close()
  console.log(JSON.stringify({ mb: process.resourceUsage().maxRSS / 1024, isFetch: globalThis.fetch === before }))`

describe('The parser of the worksheet', { timeout: 60_000 }, () => {
  it('stays with its baseline code (250 MB; the optimizing compiler takes 700) and leaves fetch as it was', async () => {
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', program])
    const { mb, isFetch } = JSON.parse(stdout)
    expect(mb).toBeLessThan(450)
    expect(isFetch).toBe(true)
  })
})
