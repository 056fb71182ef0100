import type { LedgerRecord, LedgerStore, RecordKey } from '../../api/ledger/ledger-store.ts'
import { withForms } from '../../api/ledger/record-form.ts'

/** The ledger in memory, for thousands of runs a second; keeps the promises of the contract suite. */
export const memoryLedger = (): LedgerStore => withForms(plainLedger())

/** What is under it: records as they are stored. */
export const plainLedger = (): LedgerStore => {
  const records = new Map<string, LedgerRecord>()
  const counters = new Map<string, number>()
  const crowds = new Map<string, Map<string, number>>()
  const idOf = ({ pk, sk }: RecordKey): string => `${pk}\0${sk}`
  const copy = <T>(record: T): T => JSON.parse(JSON.stringify(record)) as T
  return {
    async get<T extends LedgerRecord>(key: RecordKey) {
      const record = records.get(idOf(key))
      return record && copy(record as T)
    },
    async put(record, was) {
      if (records.get(idOf(record))?.rev !== was) return false
      records.set(idOf(record), copy(record))
      return true
    },
    async *list<T extends LedgerRecord>(pk: string, skPrefix: string) {
      const found = [...records.values()].filter(
        (record) => record.pk === pk && record.sk.startsWith(skPrefix)
      )
      yield* found.toSorted((a, b) => (a.sk < b.sk ? -1 : 1)).map((record) => copy(record as T))
    },
    async add(key, amount) {
      const sum = (counters.get(idOf(key)) ?? 0) + amount
      counters.set(idOf(key), sum)
      return sum
    },
    async join(key, member, untilMs) {
      const crowd = crowds.get(idOf(key)) ?? new Map<string, number>()
      crowds.set(idOf(key), crowd.set(member, untilMs))
      return Object.fromEntries(crowd)
    }
  }
}
