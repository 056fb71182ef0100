import type { PlannedWrite } from '../../plan/planned-write.ts'
import type { Taken } from '../../write/write-port.ts'
import type { Writer } from '../../write/write-rows.ts'

/**
 * The writer of rows that a job is to write: planned by the very rules of every other row, and handed to `take` in
 * place of a table. Options that need more than plain puts were refused before.
 */
export const stagingWriter = (
  { schemas, clock }: Pick<Writer, 'schemas' | 'clock'>,
  take: (write: PlannedWrite) => void
): Writer => {
  const refused = async (): Promise<never> => {
    throw new TypeError('a job writes plain puts only')
  }
  return {
    schemas,
    clock,
    port: {
      async batch(_table, writes): Promise<Taken> {
        for (const write of writes) take(write)
        return { kind: 'answered', outcomes: writes.map(() => 'taken' as const), units: 0 }
      },
      single: refused,
      read: refused
    }
  }
}
