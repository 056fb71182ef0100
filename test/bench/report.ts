import type { Figure } from './figures.ts'

/** Figures of one kind of work. */
export type Result =
  | {
      readonly kind: 'speed'
      readonly title: string
      readonly against: string
      readonly figures: readonly Figure[]
    }
  | {
      readonly kind: 'bucket'
      readonly title: string
      readonly units: number
      readonly figures: readonly Figure[]
    }
  | { readonly kind: 'growth'; readonly title: string; readonly figures: readonly Figure[] }

/** The results as Markdown tables. */
export const report = (results: readonly Result[]): string => results.map(tableOf).join('\n')

const tableOf = (result: Result): string => {
  const [head, ...rows] = result.kind === 'bucket' ? bucketRows(result) : speedRows(result)
  const lines = [head, head?.map(() => '---'), ...rows].map((cells) => `| ${cells?.join(' | ')} |`)
  return `## ${result.title}\n\n${lines.join('\n')}\n\n${notes[result.kind]}\n`
}

const notes = {
  speed:
    'Rows a CPU second: user and system time of the writer process while it writes; loading code and making rows does not count, warm-up of the compiler does (it weighs on short runs). The endpoint answers at once, in a process of its own. Lost: called stored, never seen by the endpoint.',
  bucket:
    '64 batches in flight (boto3: one, as it is). Share of capacity: the least time that the table allows for these rows, by the time it took. Calls: by the least that could be made.',
  growth: 'What must not grow is memory, what must not fall is rows a CPU second.'
} as const

const whole = (value: number): string => Math.round(value).toLocaleString('en')
const times = (value: number): string => value.toFixed(value < 10 ? 2 : 1)

/** Rows that each writer made in a CPU second, by those of the writer that others are compared with. */
export const ratioOf = (figure: Figure, figures: readonly Figure[], against: string): number | undefined => {
  const base = figures.find(({ writer }) => writer === against)
  return base && figure.rowsPerCpuSecond / base.rowsPerCpuSecond
}

const speedRows = (result: Exclude<Result, { readonly kind: 'bucket' }>): string[][] => {
  const against = result.kind === 'speed' ? result.against : undefined
  const ratio = (figure: Figure): string[] => {
    if (against === undefined) return []
    const value = ratioOf(figure, result.figures, against)
    return [value === undefined ? '' : times(value)]
  }
  return [
    [
      'writer',
      'rows',
      'rows a CPU second',
      ...(against === undefined ? [] : [`x ${against}`]),
      'peak MB',
      'calls',
      'lost'
    ],
    ...result.figures.map((figure) => [
      figure.writer + (figure.end === 'ok' ? '' : ` (${figure.end})`),
      whole(figure.rows),
      whole(figure.rowsPerCpuSecond),
      ...ratio(figure),
      whole(figure.peakMb),
      whole(figure.calls),
      whole(figure.lost)
    ])
  ]
}

const bucketRows = ({ figures, units }: Extract<Result, { readonly kind: 'bucket' }>): string[][] => [
  ['writer', 'rows', 'seconds', 'share of capacity', 'calls, x the least', 'lost while claimed', 'end'],
  ...figures.map(({ writer, rows, seconds, calls, lost, end }) => [
    writer,
    whole(rows),
    seconds.toFixed(1),
    `${(((rows - units) / units / seconds) * 100).toFixed(0)} %`,
    times(calls / Math.ceil(rows / 25)),
    whole(lost),
    end
  ])
]
