import { parseArgs } from 'node:util'

/** What is simulated: a table, a statement or several, and how the API runs. */
export interface Settings {
  /** Write units a second of the table, and how many seconds of them it holds for bursts. */
  readonly wcu: number
  readonly burstSeconds: number
  readonly partitions: number
  /** Rows of each statement, sent at so many batches at once. */
  readonly rows: number
  readonly concurrency: number
  readonly statements: number
  /** Seconds between which the table has half its capacity. */
  readonly halved: readonly [from: number, to: number] | undefined
  /** The table's meter is used, and knows the table's stated capacity. */
  readonly hasAdmission: boolean
  readonly isCapacityKnown: boolean
  /** One app instance for all batches, instead of one for each that is in work. */
  readonly isShared: boolean
  readonly deadlineMs: number
  readonly seed: number
  readonly isJson: boolean
}

/** @throws Error naming the argument that is wrong */
export const readSettings = (args: readonly string[]): Settings => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      wcu: { type: 'string', default: '4000' },
      'burst-seconds': { type: 'string', default: '1' },
      partitions: { type: 'string', default: '1' },
      rows: { type: 'string', default: '1000000' },
      concurrency: { type: 'string', default: '64' },
      statements: { type: 'string', default: '1' },
      halve: { type: 'string' },
      'no-admission': { type: 'boolean', default: false },
      'unknown-capacity': { type: 'boolean', default: false },
      shared: { type: 'boolean', default: false },
      'deadline-ms': { type: 'string', default: '20000' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false }
    }
  })
  return {
    wcu: wholeNumber('--wcu', values.wcu, 1),
    burstSeconds: wholeNumber('--burst-seconds', values['burst-seconds'], 1),
    partitions: wholeNumber('--partitions', values.partitions, 1),
    rows: wholeNumber('--rows', values.rows, 1),
    concurrency: wholeNumber('--concurrency', values.concurrency, 1),
    statements: wholeNumber('--statements', values.statements, 1),
    halved: values.halve === undefined ? undefined : seconds('--halve', values.halve),
    hasAdmission: !values['no-admission'],
    isCapacityKnown: !values['unknown-capacity'],
    isShared: values.shared,
    deadlineMs: wholeNumber('--deadline-ms', values['deadline-ms'], 100),
    seed: wholeNumber('--seed', values.seed, 0),
    isJson: values.json
  }
}

const wholeNumber = (name: string, text: string, least: number): number => {
  const value = Number(text.replaceAll('_', ''))
  if (!Number.isSafeInteger(value) || value < least)
    throw new Error(`${name} must be a whole number of at least ${least}, not ${text}`)
  return value
}

const seconds = (name: string, text: string): readonly [number, number] => {
  const [, from, to] = /^(\d+)-(\d+)$/.exec(text) ?? []
  if (from === undefined || to === undefined || Number(to) <= Number(from))
    throw new Error(`${name} must be two whole seconds like 10-40, not ${text}`)
  return [Number(from), Number(to)]
}
