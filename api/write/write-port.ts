import type { Item } from '../plan/item-size.ts'
import type { Key } from '../plan/key.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import type { Flaw, RowResult } from '../plan/row-result.ts'

/** How a call failed as a whole. `reason` is for messages and never holds row contents. */
export type CallFailure =
  /** Nothing was taken; worth sending again later. */
  | { readonly kind: 'refused'; readonly reason: string; readonly throttle?: string }
  /** The answer was lost: all, some or nothing was taken. */
  | { readonly kind: 'lost'; readonly reason: string }
  /** DynamoDB cannot hold something in it; nothing was taken. */
  | { readonly kind: 'invalid'; readonly flaw: Flaw; readonly isAboutKeys: boolean }
  | { readonly kind: 'no_table' }
  /** Not allowed, or not with these credentials; sending again does not help. */
  | { readonly kind: 'denied'; readonly reason: string }

/** The table itself had no capacity; a broken connection or a busy item says nothing of that. */
export const isThrottled = (failure: CallFailure): boolean =>
  failure.kind === 'refused' && failure.throttle !== undefined

/** What became of one write: in the table, left for another attempt, or settled with an answer of its own. */
export type WriteOutcome = 'taken' | 'left' | RowResult

export interface Taken {
  readonly kind: 'answered'
  /** One for each write, in order. */
  readonly outcomes: readonly WriteOutcome[]
  /** Write units consumed, indexes included; 0 where DynamoDB does not say. */
  readonly units: number
}

/** Sends writes in one call. Never throws: whatever happens is an outcome. */
export interface WritePort {
  /** Puts and deletes that depend on nothing: at most 25 and 16 MB, all keys different. */
  batch(table: string, writes: readonly PlannedWrite[], signal: AbortSignal): Promise<Taken | CallFailure>
  /** One write with its condition. `maybeTaken`: an earlier attempt's answer was lost. */
  single(
    table: string,
    write: PlannedWrite,
    maybeTaken: boolean,
    signal: AbortSignal
  ): Promise<Taken | CallFailure>
}

export interface ItemsRead {
  readonly kind: 'answered'
  /** Found items by the text of their key. */
  readonly items: ReadonlyMap<string, Item>
  /** Keys that DynamoDB did not get to. */
  readonly left: readonly Key[]
  readonly units: number
}

/** Reads items, always with the newest state. Never throws. */
export interface ReadPort {
  /** At most 100 different keys. */
  read(table: string, keys: readonly Key[], signal: AbortSignal): Promise<ItemsRead | CallFailure>
}
