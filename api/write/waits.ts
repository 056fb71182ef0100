/** How a batch waits for places. */
export interface Waits {
  /** Units that were promised to the queue earlier: all of a drained batch, none of a new one. */
  readonly owed: number
  /** It waits for its place however far it is. */
  readonly isDrain: boolean
  /** It lets others go first as long as a line is there, for a while. */
  readonly isPolite?: boolean
  /** Places that are due later are not taken. */
  readonly untilMs: number
}
