import type { KeyType } from '../plan/target-table.ts'

/** The key that the import of a run's generation makes its table with, whatever becomes of the deployment's settings. */
export interface ImportKey {
  readonly generation: number
  /** The partition key, then the sort key if there is one. */
  readonly attributes: ReadonlyArray<{ readonly name: string; readonly type: KeyType }>
}
