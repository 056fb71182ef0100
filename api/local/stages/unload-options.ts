import type { FileFormat } from './stages.ts'

/** What COPY INTO @stage says. */
export interface UnloadOptions {
  readonly location: string
  readonly format: FileFormat
  readonly isSingle: boolean
  /** CSV and Parquet: the names of the columns stand in each file. */
  readonly hasHeader: boolean
  readonly overwrites: boolean
  readonly mostFileBytes: number
  /** Part of the files' names. */
  readonly queryId: string | undefined
}

/** A file before it is in the bucket. */
export interface FileContent {
  readonly content: Uint8Array
  readonly rows: number
}
