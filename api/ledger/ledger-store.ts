import { isDeepStrictEqual } from 'node:util'

/** The ledger's one table, on the same DynamoDB as the target tables, by the name of the deployment. */
export const ledgerTableOf = (deployment: string): string => `${deployment}_ledger`
/** Of a deployment by its environment. */
export const ledgerTableIn = ({
  PUSH_LEDGER,
  PUSH_NAME
}: {
  readonly PUSH_LEDGER?: string | undefined
  readonly PUSH_NAME: string
}): string => PUSH_LEDGER ?? ledgerTableOf(PUSH_NAME)
/** Of the deployment that was given no name, and of the local commands. */
export const ledgerTableName = ledgerTableOf('push_to_dynamo')

/** Where a record lies: one table for all of the ledger, partition and sort key as text. */
export interface RecordKey {
  readonly pk: string
  readonly sk: string
}

/**
 * A record of the ledger. `rev` counts its changes: a change is decided by a pure function on the record that
 * was read, and is written only if nobody else has written meanwhile.
 */
export interface LedgerRecord extends RecordKey {
  readonly rev: number
  /** Epoch seconds after which DynamoDB may delete it. */
  readonly expires_at: number
}

/** The ledger's table. Reads show the newest state; every method throws when the table does not answer. */
export interface LedgerStore {
  get<T extends LedgerRecord>(key: RecordKey): Promise<T | undefined>
  /**
   * Writes the record if the stored one still has `was` as its `rev`, or if there is none and `was` is undefined.
   * @returns false when somebody else was first
   */
  put(record: LedgerRecord, was: number | undefined): Promise<boolean>
  /** Records of one partition whose sort key starts so, all of them under an empty prefix, in order. */
  list<T extends LedgerRecord>(pk: string, skPrefix: string): AsyncIterable<T>
  /** Adds to a counter of a record that has no other use, and gives back its new value. */
  add(key: RecordKey, amount: number, expiresAt: number): Promise<number>
  /** Notes one member of a crowd with the time until which it counts; gives back all of them. */
  join(
    key: RecordKey,
    member: string,
    untilMs: number,
    expiresAt: number
  ): Promise<Readonly<Record<string, number>>>
}

/** Whether a record is stored as it was to be written: members that are undefined are not stored. */
export const isStoredAs = (stored: object | undefined, record: object): boolean =>
  isDeepStrictEqual(stored, JSON.parse(JSON.stringify(record)))

/** Reads a record, lets a pure function decide, writes the outcome; anew when somebody else was first. */
export const change = async <T extends LedgerRecord, R>(
  store: Pick<LedgerStore, 'get' | 'put'>,
  key: RecordKey,
  decide: (record: T | undefined) => { readonly next?: T; readonly answer: R }
): Promise<R> => {
  for (let tries = 1; ; tries += 1) {
    const record = await store.get<T>(key)
    const { next, answer } = decide(record)
    if (next === undefined || (await store.put({ ...next, rev: (record?.rev ?? 0) + 1 }, record?.rev)))
      return answer
    if (tries === mostTries) throw new Error(`the ledger record ${key.sk} keeps changing`)
  }
}

const mostTries = 20
