/** Folders, or zips of them, that hold `index.mjs` of each Lambda entry and its chunks; and what `/health` says. */
export interface Bundles {
  readonly push: string
  readonly bulk: string
  /** Version of the package and the beginning of a hash of both bundles. */
  readonly version: string
}
