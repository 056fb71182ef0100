import { bulkOptionNotes, type OptionNote, optionNotes } from './row-options-schema.ts'

/** The README's table of options, printed from the schema that reads them, so that the two cannot differ. */
export const optionsTable = (): string => {
  const row = ([name, { values, default: byDefault, meaning }]: [string, OptionNote]): string =>
    `| \`${name}\` | ${values.replaceAll('|', '\\|')} | ${byDefault} | ${meaning} |`
  return [
    '| option | values | default | meaning |',
    '|---|---|---|---|',
    ...Object.entries(optionNotes).map(row),
    ...Object.entries(bulkOptionNotes).map(row)
  ].join('\n')
}
