/** A view over a query that calls: it is compiled where it is used, so that each use calls. */
export interface CallingView {
  readonly query: unknown
  readonly columns: readonly string[]
}
