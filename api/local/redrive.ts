import { parseArgs } from 'node:util'
import { readAllowRejected } from './allow-rejected.ts'
import { joinedArgs } from './joined-args.ts'
import { readOptionsArgument } from './options-argument.ts'

const options = {
  options: { type: 'string' },
  'allow-rejected': { type: 'string' },
  json: { type: 'boolean', default: false }
} as const

const readArguments = async (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: joinedArgs(args, options),
    allowPositionals: true,
    options
  })
  const [run, ...others] = positionals
  if (run === undefined || others.length > 0) throw new Error('name one run: npm run redrive -- <run>')
  return {
    run,
    runOptions: await readOptionsArgument(values.options),
    allowed: readAllowRejected(values['allow-rejected']),
    isJson: values.json
  }
}

/** `npm run redrive -- <run>`: its arguments, which are refused before anything of the bulk path is loaded. */
export const main = async (args: readonly string[]): Promise<void> => {
  const given = await readArguments(args)
  const [{ readConfig }, { redriveRun }] = await Promise.all([
    import('../runtime/config.ts'),
    import('./redrive-run.ts')
  ])
  await redriveRun(given, readConfig(process.env))
}
