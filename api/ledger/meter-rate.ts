import {
  fallenSought,
  isFarOff,
  isJustFallen,
  justFallen,
  type Meter,
  quietAfterFall,
  soughtAgain
} from './meter.ts'

// What a meter learns: the rate of the next seconds, by what was measured in the last ones.

/** What was sure once falls to no less than this share of itself in one look. */
const leastShare = 0.25

/**
 * A table that takes nothing at all is out, which says nothing of what it takes otherwise: what it surely takes stays as
 * it is, and its rate is sought anew, from a part of that. From 1 unit a second it would take minutes to see that the
 * table is back; writers back off by themselves meanwhile.
 */
const leastSought = ({ rate, sure }: Meter): number => Math.min(rate, Math.max(50, leastShare * sure))

type Learned = Partial<Pick<Meter, 'rate' | 'sure' | 'slow' | 'quiet'>>

/** After refusals. @param proven units that were accepted for a second of schedule */
const fallen = (meter: Meter, proven: number, sure: number): Learned => {
  const isFar = isFarOff(meter)
  const isCalm = meter.slow === 1 && meter.quiet > 0 && meter.quiet !== quietAfterFall
  // Rows that are refused come again, so a look sees more refusals than there is need: a rate that held is trusted.
  const least = meter.rate * (isCalm ? 0.7 : isFar ? 0.125 : 0.5)
  // It has grown by half in every look: what the table takes lies far below, its burst had hidden it.
  const most = meter.slow === 0 ? 0.5 * meter.rate : meter.rate
  if (meter.acc === 0) return { rate: Math.max(leastSought(meter), least), slow: 0, quiet: fallenSought }
  // It was out, and is back: what is told late of the time before says nothing of now.
  if (meter.slow === 0 && meter.quiet === soughtAgain) return { quiet: justFallen }
  const rate = Math.max(1, least, Math.min(most, 0.98 * proven))
  const isAgain = meter.quiet === soughtAgain
  if (meter.slow === 0 || (isFar && isAgain)) return { rate, slow: 1, quiet: fallenSought, sure }
  return { rate, slow: 1, quiet: isFar ? justFallen : isAgain ? quietAfterFall : 0, sure }
}

/** What changes by what was measured since the last look. */
export const learned = (meter: Meter, nowMs: number): Learned => {
  const windowSeconds = (nowMs - meter.since) / 1000
  // Calls of the plan before have emptied the table meanwhile: what they left says nothing of this one.
  if (isJustFallen(meter)) return { quiet: meter.quiet === fallenSought ? soughtAgain : quietAfterFall }
  const isFar = isFarOff(meter)
  const proven = meter.acc / meter.dur
  // A burst of less than a second proves nothing that lasts.
  const lasting = isFar ? Math.min(proven, meter.acc / Math.max(1, windowSeconds)) : proven
  // What was sure falls step by step: the look in which a table goes out sees but the last that it took.
  const sure = Math.max(
    leastShare * meter.sure,
    Math.min(lasting, meter.stated > 0 ? meter.stated : Infinity)
  )
  if (meter.ref > 0.01 * (meter.acc + meter.ref)) return fallen(meter, proven, sure)
  // A schedule that was not used says nothing of what the table could take.
  if (meter.dur <= windowSeconds / 2)
    return {
      sure: Math.max(sure, meter.sure),
      ...(meter.quiet === soughtAgain ? { quiet: quietAfterFall } : {})
    }
  const quiet = meter.quiet === soughtAgain ? soughtAgain : meter.quiet + 1
  const rate = Math.max(meter.rate, proven * growthOf(meter, quiet))
  // As much as is stated is no longer sought.
  const isFound = meter.slow === 0 && meter.stated > 0 && rate >= meter.stated
  return { rate: isFound ? meter.stated : rate, quiet, sure, ...(isFound ? { slow: 1 } : {}) }
}

/** By how much a rate rises that met no refusal. */
const growthOf = ({ slow, quiet: before }: Meter, quiet: number): number => {
  if (slow === 0) return 1.5
  return before === soughtAgain ? 1.2 : 1 + Math.min(0.2, 0.01 * 2 ** Math.floor(quiet / 3))
}
