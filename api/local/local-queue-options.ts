import type { Clock } from '../runtime/clock.ts'

export interface LocalQueueOptions {
  /** A delivery that is not answered for so long comes again. */
  readonly visibilityMs: number
  /** A message that was delivered so often without success becomes a dead letter. */
  readonly maxReceiveCount: number
  /** Handlers at work at once. */
  readonly pollers: number
  readonly clock: Clock
  /** Dice: true delivers a message a second time, as SQS now and then does. */
  readonly duplicate?: () => boolean
  /** Messages in one delivery at most, 1 unless told. */
  readonly batchSize?: number
  /** Messages and dead letters held at once, 100,000 unless told. */
  readonly mostMessages?: number
  /** Bytes of their bodies, 64 MiB unless told. */
  readonly mostBytes?: number
  /** Oldest first, as SQS does when all is well; without it in no order, which it allows itself. */
  readonly isInOrder?: boolean
  /** How long `close` waits for handlers. */
  readonly closeMs?: number
  /** Is told what a handler threw. */
  readonly onFailure?: (error: unknown) => void
}
