import { parseArgs } from 'node:util'

export const sections = ['put', 'update', 'version', 'load', 'tls', 'bucket', 'growth', 'faults'] as const
export type Section = (typeof sections)[number]

export interface BenchSettings {
  readonly rows: number
  readonly rounds: number
  readonly only: ReadonlySet<Section>
  readonly hasPython: boolean
  /** Where table and chart go; undefined prints alone. */
  readonly saveTo: string | undefined
}

export const usage = `npm run bench [-- options]
  --rows 200000      rows of a run; updates and versioned puts take a tenth
  --rounds 3         interleaved rounds; the median counts
  --only put,load    of ${sections.join(', ')}
  --no-python        leaves boto3 and awswrangler out
  --save FOLDER      writes results.md, .svg and .json there, beside what earlier runs of other parts left;
                     a run of everything writes them into test/bench`

/** @throws Error with what to type instead */
export const readSettings = (args: readonly string[], ownFolder: string): BenchSettings => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      rows: { type: 'string', default: '200000' },
      rounds: { type: 'string', default: '3' },
      only: { type: 'string' },
      'no-python': { type: 'boolean', default: false },
      save: { type: 'string' },
      help: { type: 'boolean', default: false }
    }
  })
  if (values.help) throw new Error(usage)
  const [rows, rounds] = [Number(values.rows), Number(values.rounds)]
  const only = values.only?.split(',') ?? sections
  const isKnown = (name: string): name is Section => sections.some((section) => section === name)
  if (
    !Number.isInteger(rows) ||
    rows < 1_000 ||
    !Number.isInteger(rounds) ||
    rounds < 1 ||
    !only.every(isKnown)
  )
    throw new Error(usage)
  const isWhole = values.only === undefined && !values['no-python'] && rows >= 200_000
  return {
    rows,
    rounds,
    only: new Set(only),
    hasPython: !values['no-python'],
    saveTo: values.save ?? (isWhole ? ownFolder : undefined)
  }
}
