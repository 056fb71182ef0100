import type { Settings } from './settings.ts'

/** Write units a second at a time, with the disturbances that were asked for. */
export const capacityAt =
  ({ wcu, halved, outage }: Pick<Settings, 'wcu' | 'halved' | 'outage'>, startMs: number) =>
  (nowMs: number): number => {
    const second = (nowMs - startMs) / 1000
    const isIn = (range: readonly [number, number] | undefined): boolean =>
      range !== undefined && second >= range[0] && second < range[1]
    if (isIn(outage)) return 0
    return isIn(halved) ? wcu / 2 : wcu
  }

const stepMs = 10

/** How long a capacity needs for so many units. */
export const secondsFor = (units: number, wcuAt: (nowMs: number) => number, startMs: number): number => {
  let left = units
  let nowMs = startMs
  while (left > 0) {
    left -= (wcuAt(nowMs) * stepMs) / 1000
    nowMs += stepMs
  }
  return (nowMs - startMs) / 1000
}
