import { parseArgs } from 'node:util'

const usualItems = 10

const readArguments = (args: readonly string[]) => {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: { most: { type: 'string' }, json: { type: 'boolean', default: false } }
  })
  const [table, key, ...others] = positionals
  if (others.length > 0) throw new Error('look takes a table and a key, such as: npm run look -- orders a-1')
  const most = values.most === undefined ? usualItems : Number(values.most)
  if (!Number.isInteger(most) || most < 1) throw new Error('--most takes a number of items')
  return { table, key, most, isJson: values.json }
}

/** `npm run look -- [<table> [<key>]]`: its arguments, which are refused before anything else is loaded. */
export const main = async (args: readonly string[]): Promise<void> => {
  const given = readArguments(args)
  const [{ readConfig }, { showItems }] = await Promise.all([
    import('../runtime/config.ts'),
    import('./show-items.ts')
  ])
  await showItems(given, readConfig(process.env))
}
