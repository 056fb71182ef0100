/** A sync as a seed chooses it. */
export interface CheckedSync {
  readonly name: string
  readonly capture: 'stream' | 'diff' | 'full'
  readonly mirror: boolean
  readonly schedule: string | null
  readonly options: string
}

/** Chooses by a seed's dice. */
export const chooser = (random: () => number) => ({
  random,
  whole: (least: number, most: number): number => least + Math.floor(random() * (most - least + 1)),
  one: <T>(values: readonly T[]): T => values[Math.floor(random() * values.length)] as T,
  chance: (share: number): boolean => random() < share
})
export type Chooser = ReturnType<typeof chooser>

/** The sync of a seed: most are by stream, some by bulk. */
export const chooseSync = (seed: number, choose: Chooser): CheckedSync => {
  const capture = choose.one(['stream', 'stream', 'diff', 'full'] as const)
  const mirror = choose.chance(0.6)
  const schedule = choose.one(capture === 'stream' ? [null, 'on change', 'on change'] : [null, '10 minutes'])
  const bulkAbove = choose.chance(0.35) ? 0 : 100_000
  const given = [
    `'capture', '${capture}', 'mirror', ${mirror}, 'max_delete_share', 1, 'bulk_above', ${bulkAbove}`,
    schedule === null ? '' : `, 'schedule', '${schedule}'`,
    choose.chance(0.2) ? `, 'adopt', true` : ''
  ]
  return { name: `s${seed}`, capture, mirror, schedule, options: given.join('') }
}
