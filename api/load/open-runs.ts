import { change, type LedgerRecord, type LedgerStore, type RecordKey } from '../ledger/ledger-store.ts'
import { runKeptSeconds } from '../ledger/run-record.ts'

/** The list of runs that are not over: a run whose messages are lost is found by it, and by nothing else. */
interface OpenRun extends LedgerRecord {
  readonly isOpen: boolean
}

type Ledger = Pick<LedgerStore, 'get' | 'put'>

const openRunsKey = 'open_runs'
const keyOf = (run: string): RecordKey => ({ pk: openRunsKey, sk: run })
const secondsOf = (ms: number): number => Math.floor(ms / 1000)

/** Before a run is opened: should the process die in between, the list knows of a run that nobody else does. */
export const listRun = async (ledger: Ledger, run: string, nowMs: number): Promise<void> => {
  const open = { ...keyOf(run), isOpen: true, expires_at: secondsOf(nowMs) + runKeptSeconds }
  if (await ledger.put({ ...open, rev: 1 }, undefined)) return
  await change<OpenRun, void>(ledger, keyOf(run), (known) => ({
    ...(known?.isOpen ? {} : { next: { ...open, rev: 0 } }),
    answer: undefined
  }))
}

/** After its end was announced. */
export const unlistRun = (ledger: Ledger, run: string, nowMs: number): Promise<void> =>
  change<OpenRun, void>(ledger, keyOf(run), (known) => ({
    ...(known?.isOpen ? { next: { ...known, isOpen: false, expires_at: secondsOf(nowMs) } } : {}),
    answer: undefined
  }))

export async function* listedRuns(ledger: Pick<LedgerStore, 'list'>): AsyncIterable<string> {
  for await (const { sk, isOpen } of ledger.list<OpenRun>(openRunsKey, '')) if (isOpen) yield sk
}
