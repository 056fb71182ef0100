import { parseArgs } from 'node:util'
import { mostWorkMs, workMs } from '../../runtime/time-budgets.ts'
import { joinedArgs } from '../joined-args.ts'

/** What is simulated: a table, a statement or several, and how the API runs. */
export interface Settings {
  /** Write units a second of the table, and how many seconds of them it holds for bursts. */
  readonly wcu: number
  readonly burstSeconds: number
  readonly partitions: number
  /** Write units a second that the table says it takes; undefined when it says nothing. */
  readonly stated: number | undefined
  /** Percent of the rows that fall on one partition key, which takes 1,000 units a second at the most. */
  readonly hotShare: number
  /** Percent of the rows that are in an index as well, and the units a second that the index takes. */
  readonly indexShare: number
  readonly indexWcu: number
  /** Rows of each statement, sent at so many batches at once. */
  readonly rows: number
  readonly concurrency: number
  readonly statements: number
  /** Seconds between which the table has half its capacity. */
  readonly halved: readonly [from: number, to: number] | undefined
  /** Seconds between which it takes nothing. */
  readonly outage: readonly [from: number, to: number] | undefined
  /** What a call of the ledger takes beyond its usual 3-10 ms. */
  readonly ledgerMs: number
  /** The table's meter is used. */
  readonly hasAdmission: boolean
  /** One app instance for all batches, instead of one for each that is in work. */
  readonly isShared: boolean
  readonly deadlineMs: number
  readonly seed: number
  readonly isJson: boolean
}

/** Whole numbers, by argument: the default, the least, the most. */
const numbers = {
  wcu: [4_000, 1, 10_000_000],
  'burst-seconds': [1, 1, 100_000],
  partitions: [1, 1, 100_000],
  stated: [4_000, 1, 10_000_000],
  'hot-share': [0, 0, 100],
  'index-share': [0, 0, 100],
  'index-wcu': [4_000, 1, 10_000_000],
  rows: [1_000_000, 1, 5_000_000],
  concurrency: [64, 1, 10_000],
  statements: [1, 1, 100],
  'ledger-ms': [0, 0, 60_000],
  'deadline-ms': [workMs, 100, mostWorkMs],
  seed: [1, 0, 2_147_483_647]
} as const satisfies Record<string, readonly [usual: number, least: number, most: number]>

type NumberName = keyof typeof numbers

/** Rows are held in memory, with their answers. */
const mostRows = 5_000_000

/** @throws Error in one line, naming the argument that is wrong */
export const readSettings = (args: readonly string[]): Settings => {
  const values = readArguments(args)
  const numberOf = (name: NumberName, otherwise?: number): number => {
    const [usual, least, most] = numbers[name]
    const text = values[name]
    if (text === undefined) return otherwise ?? usual
    const value = /^\d[\d_]*$/.test(text) ? Number(text.replaceAll('_', '')) : Number.NaN
    if (value >= least && value <= most) return value
    throw new Error(`--${name} must be a whole number from ${least} to ${most}, not ${text}`)
  }
  const [rows, statements] = [numberOf('rows'), numberOf('statements')]
  if (rows * statements > mostRows)
    throw new Error(`--statements ${statements} of --rows ${rows} are over ${mostRows} rows: take fewer`)
  const wcu = numberOf('wcu')
  return {
    wcu,
    stated: values['unknown-capacity'] ? undefined : numberOf('stated', wcu),
    hotShare: numberOf('hot-share'),
    indexShare: numberOf('index-share'),
    indexWcu: numberOf('index-wcu', wcu),
    burstSeconds: numberOf('burst-seconds'),
    partitions: numberOf('partitions'),
    rows,
    concurrency: numberOf('concurrency'),
    statements,
    halved: values.halve === undefined ? undefined : secondsOf('--halve', values.halve),
    outage: values.outage === undefined ? undefined : secondsOf('--outage', values.outage),
    ledgerMs: numberOf('ledger-ms'),
    hasAdmission: !values['no-admission'],
    isShared: values.shared ?? false,
    deadlineMs: numberOf('deadline-ms'),
    seed: numberOf('seed'),
    isJson: values.json ?? false
  }
}

const text = { type: 'string' } as const
const flag = { type: 'boolean' } as const
const options = {
  ...{ wcu: text, 'burst-seconds': text, partitions: text, rows: text, concurrency: text, statements: text },
  ...{ stated: text, 'hot-share': text, 'index-share': text, 'index-wcu': text },
  ...{ halve: text, outage: text, 'ledger-ms': text, 'deadline-ms': text, seed: text },
  ...{ 'no-admission': flag, 'unknown-capacity': flag, shared: flag, json: flag }
}

// `--wcu -5` reads as two arguments; joined, our own message says what is wrong with it.
const readArguments = (args: readonly string[]) =>
  parseArgs({ args: joinedArgs(args, options), options }).values

const secondsOf = (name: string, range: string): readonly [number, number] => {
  const [, from, to] = /^(\d{1,6})-(\d{1,6})$/.exec(range) ?? []
  if (from === undefined || to === undefined || Number(to) <= Number(from))
    throw new Error(`${name} must be two whole seconds like 10-40, not ${range}`)
  return [Number(from), Number(to)]
}
