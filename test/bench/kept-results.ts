import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { chartOf } from './chart.ts'
import { type Result, report } from './report.ts'

/** How, when and where figures were made. */
export interface Made {
  readonly command: string
  readonly date: string
  readonly commit: string
  readonly machine: string
}

type Kept = Result & { readonly made: Made }

/**
 * Writes results into a folder, as a table and a chart, beside those of earlier runs of other parts: the whole is more
 * than one sitting. Results of the same title are replaced; `results.json` is what the next run reads.
 *
 * @param order all titles, in the order in which they are shown
 */
export const keepResults = (
  folder: string,
  results: readonly Result[],
  made: Made,
  order: readonly string[]
): void => {
  const file = join(folder, 'results.json')
  const before = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as readonly Kept[]) : []
  const titles = new Set(results.map(({ title }) => title))
  const kept = [
    ...before.filter(({ title }) => !titles.has(title)),
    ...results.map((result): Kept => ({ ...result, made }))
  ].toSorted((a, b) => order.indexOf(a.title) - order.indexOf(b.title))
  writeFileSync(file, `${JSON.stringify(kept, undefined, 2)}\n`)
  writeFileSync(join(folder, 'results.md'), `# Speed\n\n${kept.map(sectionOf).join('\n')}`)
  writeFileSync(join(folder, 'results.svg'), chartOf(kept, `npm run bench · ${made.date} · ${made.machine}`))
}

const sectionOf = ({ made, ...result }: Kept): string =>
  `${report([result])}\n\`${made.command}\`, ${made.date}, commit ${made.commit}, ${made.machine}.\n`
