import { isSkewed, type Meter, newMeter, noReport, type Report, sumOf } from '../ledger/meter.ts'
import type { MeterChange, MeterStore } from '../ledger/meter-store.ts'
import type { Clock } from '../runtime/clock.ts'
import { ledgerAnswerMs, meterAnswerMs } from '../runtime/time-budgets.ts'
import { within } from '../runtime/within.ts'
import type { MeterMemory } from './meter-memory.ts'

export interface ViewDeps {
  readonly meters: MeterStore
  readonly clock: Clock
  /** Stated units a second of the table, where it says so. */
  readonly stated: number | undefined
  readonly memory: MeterMemory
}

/** What one batch sees of a meter. Methods that ask the ledger throw what it throws, and ClockSkew. */
export interface MeterView {
  /** No call waits for it any more: it may take as long as the ledger may. */
  bePatient(): void
  /** As it was seen last, or a first look; made where there is none. */
  current(): Promise<Meter>
  look(): Promise<void>
  /** When it was seen last. */
  readAt(): number
  /** A meter that expired is forgotten, and made anew by the next look. */
  make(change: MeterChange): Promise<boolean>
  /** The same, with what this process has to report of its calls. */
  makeWithReport(change: (report: Report) => MeterChange): Promise<boolean>
}

/** Calls that went out under a rate that much higher are of a plan that is over. */
export const staleShare = 1.3
const reportKeptMs = 5_000

/** @param first the meter that is made where there is none, by its time */
export const meterView = (
  name: string,
  { meters, clock, stated, memory }: ViewDeps,
  first: (nowMs: number) => Meter = (nowMs) => newMeter(name, stated, nowMs)
): MeterView => {
  let readAt = 0
  let answerMs = meterAnswerMs

  const remember = <M extends Meter | undefined>(meter: M): M => {
    memory.meter = meter
    readAt = clock.now()
    if (meter && isSkewed(meter, readAt)) throw new ClockSkew('another process has another time')
    return meter
  }
  const ask = async <T>(call: Promise<T>): Promise<T> => {
    const askedMs = clock.now()
    const answer = await within(clock, answerMs, call)
    memory.tookMs = Math.min(clock.now() - askedMs, meterAnswerMs)
    return answer
  }
  const make = async (change: MeterChange): Promise<boolean> => {
    const { isMade, meter } = await ask(meters.change(name, change))
    remember(meter)
    return isMade
  }

  return {
    bePatient() {
      answerMs = ledgerAnswerMs
    },
    readAt: () => readAt,
    make,
    async current() {
      if (memory.meter) return memory.meter
      const looked = meters.get(name)
      const made = looked.then((meter) => meter ?? meters.create(first(clock.now())))
      // What comes too late for this asking is there for the next.
      made.then(
        (meter) => {
          memory.meter ??= meter
        },
        () => undefined
      )
      return remember((await ask(looked)) ?? (await ask(made)))
    },
    async look() {
      remember(await ask(meters.get(name)))
    },
    /** Nobody else may report it meanwhile. */
    async makeWithReport(change) {
      const { report, reportRate } = memory
      memory.report = noReport
      memory.reportRate = 0
      // Calls of a plan that was cut since would cut the next one, too.
      const isOfNow =
        clock.now() - memory.reportedAt <= reportKeptMs &&
        reportRate <= staleShare * (memory.meter?.rate ?? 0)
      const isMade = await make(change(isOfNow ? report : noReport))
      if (!isMade && isOfNow) {
        memory.report = sumOf(memory.report, report)
        memory.reportRate = Math.max(memory.reportRate, reportRate)
      }
      return isMade
    }
  }
}

/** The clocks of two processes differ so much that a meter makes no sense. */
class ClockSkew extends Error {
  override readonly name = 'ClockSkew'
}
