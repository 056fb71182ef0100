import type { Settings } from './settings.ts'

/** Write units a second at a time, with the disturbance that was asked for. */
export const capacityAt =
  ({ wcu, halved }: Pick<Settings, 'wcu' | 'halved'>, startMs: number) =>
  (nowMs: number): number => {
    const second = (nowMs - startMs) / 1000
    return halved && second >= halved[0] && second < halved[1] ? wcu / 2 : wcu
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
