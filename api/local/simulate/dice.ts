/** The same numbers for the same seed, from 0 up to, without, 1. Park and Miller: https://doi.org/10.1145/63039.63042 */
export const dice = (seed: number): (() => number) => {
  let state = 1 + (Math.abs(Math.trunc(seed)) % 2_147_483_646)
  return () => {
    state = (state * 48_271) % 2_147_483_647
    return (state - 1) / 2_147_483_646
  }
}

/** A time between two bounds. */
export const between = (least: number, most: number, random: () => number): number =>
  least + (most - least) * random()
