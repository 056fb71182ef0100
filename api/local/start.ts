import { readFile } from 'node:fs/promises'
import { parseArgs } from 'node:util'
import { connectWorksheet } from './open-worksheet.ts'
import { prompt } from './prompt.ts'
import { type ResultFormat, runSql } from './run-sql.ts'
import { readTableSpec } from './table-spec.ts'
import { exampleTables, runExample } from './worked-example.ts'

// `npm start`: the local worksheet. Without a script it shows the worked example, then opens a prompt on a terminal.

const readArguments = () => {
  const { values } = parseArgs({
    options: {
      execute: { type: 'string', short: 'e', multiple: true, default: [] },
      file: { type: 'string', short: 'f', multiple: true, default: [] },
      format: { type: 'string', default: 'table' },
      table: { type: 'string', multiple: true, default: [] }
    }
  })
  if (values.format !== 'table' && values.format !== 'json') throw new Error('--format takes table or json')
  return { ...values, format: values.format as ResultFormat, tables: values.table.map(readTableSpec) }
}

const main = async (): Promise<void> => {
  const { execute, file, format, tables } = readArguments()
  const scripts = [...execute, ...(await Promise.all(file.map((path) => readFile(path, 'utf8'))))]
  const isExample = scripts.length === 0
  const connected = await connectWorksheet(process.env, isExample ? [...exampleTables, ...tables] : tables)
  try {
    if (isExample) await runExample(connected)
    for (const script of scripts) await runSql(connected.worksheet, script, format)
    if (isExample && process.stdin.isTTY) await prompt(connected.worksheet, format)
  } finally {
    await connected.close()
  }
}

try {
  await main()
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`)
  process.exitCode = 1
}
