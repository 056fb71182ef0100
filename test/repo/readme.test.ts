import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { exampleTables } from '../../api/local/example-tables.ts'
import { type ConnectedWorksheet, connectWorksheet } from '../../api/local/open-worksheet.ts'
import type { StatementResult } from '../../api/local/worksheet/worksheet.ts'
import { optionsTable } from '../../api/plan/options-table.ts'
import { optionNotes } from '../../api/plan/row-options-schema.ts'
import { rejectCodes, rowStatuses } from '../../api/plan/row-result.ts'
import { externalFunctions } from '../../api/runtime/external-functions.ts'

const pageOf = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')
const readme = pageOf('README.md')
const sqlPage = pageOf('sql/README.md')
const apiPage = pageOf('api/README.md')
const pages = ['README.md', 'sql/README.md', 'infra/README.md', 'api/README.md', 'test/README.md']
const examples = new URL('../../sql/examples/', import.meta.url)
const scripts = [readme, sqlPage].flatMap((page) =>
  [...page.matchAll(/```sql\n([\s\S]*?)```/g)].map(([, script = '']) => script)
)
const packageScripts = Object.keys(
  JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')).scripts
)

describe('the READMEs', () => {
  it('hold the table of options as the schema prints it', () => {
    expect(sqlPage).toContain(optionsTable())
  })

  it('show an example of every option', () => {
    for (const option of Object.keys(optionNotes)) expect(scripts.join(), option).toContain(`'${option}'`)
  })

  it('explain every status and every reject code', () => {
    for (const word of [...rowStatuses, ...rejectCodes]) expect(readme).toContain(word)
  })

  it('explain every SQL function, and the route of each to who calls the API alone', () => {
    for (const { name, route } of externalFunctions) {
      expect(sqlPage).toContain(`${name}(`)
      expect(apiPage).toContain(`\`${route}\``)
    }
  })

  it('name no npm script that does not exist', () => {
    for (const page of pages)
      for (const [, name = ''] of pageOf(page).matchAll(/npm run ([a-z:-]+)/g))
        expect(packageScripts, page).toContain(name)
  })

  it('link to pages that exist', () => {
    for (const page of pages)
      for (const [, link = ''] of pageOf(page).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)) {
        const target = new URL(link, new URL(`../../${page}`, import.meta.url))
        expect(existsSync(target), `${page} links to ${link}`).toBe(true)
      }
  })
})

describe('the SQL of the READMEs, at the prompt of npm start', () => {
  let connected: ConnectedWorksheet
  beforeAll(async () => {
    connected = await connectWorksheet({}, exampleTables)
    await connected.worksheet.run(readFileSync(new URL('savings_alert.sql', examples), 'utf8'))
  })
  afterAll(() => connected.close())

  it.each(scripts)('runs as it stands: %s', async (script) => {
    const results: StatementResult[] = []
    await connected.worksheet.run(script, { onResult: (result) => results.push(result) })

    for (const { columns, rows, sql } of results) {
      if (columns.length !== 1 || columns[0]?.name !== 'RESULT') continue
      for (const [result] of rows)
        expect(result).toMatch(sql.includes("'dry_run'") ? /rejected/ : /^(?!.*"rejected")/s)
    }
  })
})
