import type { Item } from '../../api/plan/item-size.ts'
import { judge } from '../../api/plan/judge.ts'
import type { PlannedWrite } from '../../api/plan/planned-write.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { compareVersions, isSameType } from '../../api/plan/version-order.ts'
import type { Clock } from '../../api/runtime/clock.ts'
import type { CallFailure, ReadPort, Taken, WriteOutcome, WritePort } from '../../api/write/write-port.ts'

/** How one call fares: taken unless told. `left` counts the first writes or keys that are left for later. */
export type PortFault =
  | 'pass'
  | 'refused'
  | 'lost'
  | 'applied-lost'
  | 'no-table'
  | 'denied'
  | { readonly left: number }
  | { readonly invalid: (keyText: string) => boolean; readonly isAboutKeys?: boolean }

export interface PortCall {
  readonly kind: 'batch' | 'single' | 'read'
  readonly keys: readonly string[]
  /** Counts the calls from 0. */
  readonly nth: number
  readonly at: number
}

export interface ScriptedPort extends WritePort, ReadPort {
  readonly calls: readonly PortCall[]
  /** What the table holds, by the text of the key. */
  readonly items: Map<string, Item>
  readonly mostInFlight: number
}

/** A table in memory that plays faults and knows version guards and `absent` / `present`. A call takes `callMs`. */
export const scriptedPort = (
  clock: Clock,
  script: (call: PortCall) => PortFault = () => 'pass',
  callMs = 0
): ScriptedPort => {
  const items = new Map<string, Item>()
  const calls: PortCall[] = []
  let inFlight = 0
  let mostInFlight = 0

  const play = async (kind: PortCall['kind'], keys: readonly string[], signal: AbortSignal) => {
    const call = { kind, keys, nth: calls.length, at: clock.now() }
    calls.push(call)
    inFlight += 1
    mostInFlight = Math.max(mostInFlight, inFlight)
    const fault = script(call)
    if (callMs > 0) await clock.sleep(callMs, signal)
    inFlight -= 1
    return signal.aborted && callMs > 0 ? 'lost' : fault
  }
  const failureOf = (fault: PortFault, keys: readonly string[]): CallFailure | undefined => {
    if (fault === 'refused') return { kind: 'refused', reason: 'throttled by the script' }
    if (fault === 'lost' || fault === 'applied-lost') return { kind: 'lost', reason: 'lost by the script' }
    if (fault === 'no-table') return { kind: 'no_table' }
    if (fault === 'denied') return { kind: 'denied', reason: 'denied by the script' }
    if (typeof fault === 'object' && 'invalid' in fault && keys.some(fault.invalid)) {
      const flaw = new Flaw('unsupported_value', 'refused by the script')
      return { kind: 'invalid', flaw, isAboutKeys: fault.isAboutKeys ?? false }
    }
    return undefined
  }
  const leftOf = (fault: PortFault): number => (typeof fault === 'object' && 'left' in fault ? fault.left : 0)

  const apply = ({ key, action }: PlannedWrite): void => {
    if (action.kind === 'put') items.set(key.text, action.item)
    else if (action.kind === 'delete') items.delete(key.text)
    else {
      const item = new Map([...(items.get(key.text) ?? key.attributes), ...action.set])
      for (const name of action.remove) item.delete(name)
      items.set(key.text, item)
    }
  }

  return {
    calls,
    items,
    get mostInFlight() {
      return mostInFlight
    },
    async batch(_table, writes, signal) {
      const keys = writes.map(({ key }) => key.text)
      const fault = await play('batch', keys, signal)
      if (fault === 'applied-lost') writes.forEach(apply)
      const failure = failureOf(fault, keys)
      if (failure) return failure
      const outcomes = writes.map((write, n): WriteOutcome => {
        if (n < leftOf(fault)) return 'left'
        apply(write)
        return 'taken'
      })
      return { kind: 'answered', outcomes, units: outcomes.length } satisfies Taken
    },
    async single(_table, write, maybeTaken, signal) {
      const keys = [write.key.text]
      const fault = await play('single', keys, signal)
      const stored = items.get(write.key.text)
      const isMet = holds(write, stored)
      if (fault === 'applied-lost' && isMet) apply(write)
      const failure = failureOf(fault, keys)
      if (failure) return failure
      if (leftOf(fault) > 0) return { kind: 'answered', outcomes: ['left'], units: 0 }
      if (isMet) {
        apply(write)
        return { kind: 'answered', outcomes: ['taken'], units: 1 }
      }
      const outcome = judge(write, stored, maybeTaken)
      return { kind: 'answered', outcomes: [outcome === 'again' ? 'left' : outcome], units: 1 }
    },
    async read(_table, keys, signal) {
      const texts = keys.map(({ text }) => text)
      const fault = await play('read', texts, signal)
      const failure = failureOf(fault, texts)
      if (failure) return failure
      const left = keys.slice(0, leftOf(fault))
      const found = new Map<string, Item>()
      for (const { text } of keys.slice(left.length)) {
        const item = items.get(text)
        if (item) found.set(text, item)
      }
      return { kind: 'answered', items: found, left, units: keys.length / 2 }
    }
  }
}

const holds = ({ version, condition }: PlannedWrite, stored: Item | undefined): boolean => {
  const held = version && stored?.get(version.attribute)
  if (version && held && !(isSameType(held, version.value) && compareVersions(held, version.value) < 0))
    return false
  if (condition === 'absent') return stored === undefined
  return condition !== 'present' || stored !== undefined
}
