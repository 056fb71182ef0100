import type { RowArguments } from '../decode/batch.ts'

/** The rows of a batch that came: how many, and their arguments, found when somebody asks: few batches have anybody who does. */
export interface ArrivedRows {
  readonly count: number
  readonly args: () => readonly RowArguments[]
}
