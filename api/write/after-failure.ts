import type { PlannedWrite } from '../plan/planned-write.ts'
import type { CallEnd } from './pace.ts'
import type { CallFailure } from './write-port.ts'
import type { WriteTo } from './write-to.ts'

/** What to do with the writes of a call that failed as a whole. */
export interface AfterFailure {
  readonly end: CallEnd
  /** `again`: send as they were; `apart`: one of them is at fault, find out which; `over`: nothing more to do. */
  readonly next: 'again' | 'apart' | 'over'
}

interface FailedCall extends Pick<WriteTo, 'settlement' | 'doubt'> {
  readonly purpose?: 'write' | 'read'
}

/** Judges a failed call: the same for batches, single writes and reads. */
export const afterFailure = async (
  failure: CallFailure,
  writes: readonly PlannedWrite[],
  { settlement, doubt, purpose = 'write' }: FailedCall,
  signal: AbortSignal
): Promise<AfterFailure> => {
  if (purpose === 'write') settlement.failed(writes)
  switch (failure.kind) {
    case 'refused':
      settlement.because(failure.reason)
      settlement.counts.throttles += 1
      if (failure.throttle !== undefined) {
        const { reasons } = settlement.counts
        reasons[failure.throttle] = (reasons[failure.throttle] ?? 0) + 1
      }
      return { end: 'refused', next: 'again' }
    case 'lost':
      settlement.because(failure.reason)
      if (purpose === 'write') settlement.lost(writes)
      return { end: 'refused', next: 'again' }
    case 'no_table': {
      const check = await doubt.raise(signal)
      settlement.because('the table is not ready')
      return { end: 'refused', next: check === 'same' ? 'again' : 'over' }
    }
    case 'denied':
      settlement.counts.denied = failure.reason
      settlement.because(failure.reason)
      for (const write of writes)
        settlement.settle(write, {
          status: 'unprocessed',
          attempts: settlement.attempts(write),
          message: `${failure.reason}; then send the row again`
        })
      return { end: 'settled', next: 'over' }
    case 'invalid': {
      if (failure.isAboutKeys && (await doubt.raise(signal)) !== 'same')
        return { end: 'settled', next: 'over' }
      const [write] = writes
      if (writes.length > 1 || write === undefined || purpose === 'read')
        return { end: 'settled', next: 'apart' }
      settlement.settle(write, { status: 'rejected', code: failure.flaw.code, message: failure.flaw.message })
      return { end: 'settled', next: 'over' }
    }
    default:
      return failure satisfies never
  }
}
