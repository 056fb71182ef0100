import { checkForm, storedForm } from '../json/stored-form.ts'
import type { LedgerRecord, LedgerStore, RecordKey } from './ledger-store.ts'

/** A record as it is stored, which says its form. */
export const toStored = <T extends LedgerRecord>(record: T): T & { readonly form: number } => ({
  ...record,
  form: storedForm
})

/** The record in what is stored. @throws UnknownForm when another version of this code wrote it */
export const fromStored = <T extends LedgerRecord>(stored: T): T => {
  const { form, ...record } = stored as T & { readonly form?: unknown }
  checkForm(`the ledger record ${record.sk}`, form)
  return record as unknown as T
}

/** The same ledger, whose records say their form: one that cannot be read is an error, and is never written over. */
export const withForms = <Store extends Pick<LedgerStore, 'get' | 'put'> & Partial<LedgerStore>>(
  store: Store
): Store => ({
  ...store,
  async get<T extends LedgerRecord>(key: RecordKey) {
    const stored = await store.get<T>(key)
    return stored && fromStored(stored)
  },
  put: (record: LedgerRecord, was: number | undefined) => store.put(toStored(record), was),
  ...(store.list && {
    async *list<T extends LedgerRecord>(pk: string, skPrefix: string) {
      for await (const stored of store.list?.<T>(pk, skPrefix) ?? []) yield fromStored(stored)
    }
  })
})
