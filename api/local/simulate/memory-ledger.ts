import type { LedgerRecord, RecordKey } from '../../ledger/ledger-store.ts'
import type { OnceDeps } from '../../spill/once-deps.ts'

/** The ledger of batches in memory: each call as atomic as DynamoDB's. */
export const memoryLedger = (): OnceDeps['ledger'] => {
  const records = new Map<string, LedgerRecord>()
  const idOf = ({ pk, sk }: RecordKey): string => `${pk}\0${sk}`
  return {
    async get<T extends LedgerRecord>(key: RecordKey) {
      const record = records.get(idOf(key))
      return record && ({ ...record } as T)
    },
    async put(record, was) {
      if (records.get(idOf(record))?.rev !== was) return false
      records.set(idOf(record), { ...record })
      return true
    }
  }
}
