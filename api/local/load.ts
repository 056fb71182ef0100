import { parseArgs } from 'node:util'
import { readAllowRejected } from './allow-rejected.ts'
import { filesToLoad } from './files-to-load.ts'
import { joinedArgs } from './joined-args.ts'
import { readOptionsArgument } from './options-argument.ts'
import { readTableSpec } from './table-spec.ts'

const options = {
  table: { type: 'string' },
  options: { type: 'string' },
  'allow-rejected': { type: 'string' },
  plan: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
  fresh: { type: 'boolean', default: false }
} as const

const readArguments = async (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: joinedArgs(args, options),
    allowPositionals: true,
    options
  })
  if (values.table === undefined) throw new Error('name the table: --table name=key:T')
  const { json, fresh, plan } = values
  return {
    table: readTableSpec(values.table),
    runOptions: await readOptionsArgument(values.options),
    allowed: readAllowRejected(values['allow-rejected']),
    isJson: json,
    isPlan: plan,
    isFresh: fresh,
    positionals
  }
}

/** `npm run load`: its arguments, which are refused before anything of the bulk path is loaded. */
export const main = async (args: readonly string[]): Promise<void> => {
  const given = await readArguments(args)
  const found = await filesToLoad(given.positionals)
  const [{ readConfig }, { loadFiles }] = await Promise.all([
    import('../runtime/config.ts'),
    import('./load-files.ts')
  ])
  await loadFiles(given, found, readConfig(process.env))
}
