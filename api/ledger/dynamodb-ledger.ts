import type { Documents } from './documents.ts'
import { isStoredAs, type LedgerRecord, type LedgerStore, type RecordKey } from './ledger-store.ts'
import { withForms } from './record-form.ts'

/** The ledger kept in DynamoDB. */
export const dynamodbLedger = (documents: Documents): LedgerStore =>
  withForms({
    async get<T extends LedgerRecord>(key: RecordKey) {
      return (await documents.get(key)) as T | undefined
    },

    async put(record, was) {
      const written = await documents.put(
        record,
        was === undefined
          ? { ConditionExpression: 'attribute_not_exists(pk)' }
          : { ConditionExpression: 'rev = :was', ExpressionAttributeValues: { ':was': was } }
      )
      if (written.isMade || !written.isRepeat) return written.isMade
      // What refuses a repeat may be our own record, written by the attempt whose answer was lost.
      return isStoredAs(await documents.get(record), record)
    },

    list<T extends LedgerRecord>(pk: string, skPrefix: string) {
      return documents.list(pk, skPrefix) as AsyncIterable<T>
    },

    async add(key, amount, expiresAt) {
      const { document } = await documents.update(key, {
        UpdateExpression: 'SET expires_at = :expires ADD amount :amount',
        ExpressionAttributeValues: { ':amount': amount, ':expires': expiresAt }
      })
      return Number(document?.amount ?? 0)
    },

    async join(key, member, untilMs, expiresAt) {
      const { document = {} } = await documents.update(key, {
        UpdateExpression: 'SET expires_at = :expires, #member = :until',
        ExpressionAttributeNames: { '#member': `m:${member}` },
        ExpressionAttributeValues: { ':until': untilMs, ':expires': expiresAt }
      })
      const members: Record<string, number> = {}
      for (const [name, until] of Object.entries(document))
        if (name.startsWith('m:')) members[name.slice(2)] = Number(until)
      return members
    }
  } satisfies LedgerStore)
