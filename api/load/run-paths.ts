/** Where things lie in the bucket: the layout that the README documents. */
export const manifestKey = (run: string): string => `unload/${run}/manifest.json`
export const unloadKey = (run: string, name: string): string => `unload/${run}/${name}`
export const doneKey = (run: string, name: string): string => `done/${run}/${name}`
export const failedKey = (run: string, name: string): string => `failed/${run}/${name}`
export const rejectedKey = (run: string, chunk: string): string => `rejected/${run}/${chunk}.ndjson.gz`
/** Rejected rows of a chunk that is still being loaded. */
export const rejectedPartKey = (
  run: string,
  chunk: string,
  generation: number,
  claim: number,
  file: number
) =>
  `rejected/${run}/.parts/${generation}/${chunk}/${String(claim).padStart(4, '0')}-${String(file).padStart(6, '0')}.ndjson.gz`
export const chunkAuditKey = (run: string, chunk: string, generation: number): string =>
  `audit/chunks/${run}/${generation}-${encodeURIComponent(chunk)}.ndjson`
export const runAuditKey = (run: string, generation: number): string =>
  `audit/runs/${run}/${generation}.ndjson`
export const dropOptionsKey = (table: string): string => `drop/${table}/_options.json`

/** What an arrived object is to us. */
export type Arrival =
  | { readonly kind: 'manifest'; readonly run: string }
  | { readonly kind: 'drop'; readonly table: string; readonly file: string }

/** @returns undefined for objects that start nothing: chunks wait for their manifest */
export const readArrival = (key: string): Arrival | undefined => {
  const manifest = /^unload\/([^/]+)\/manifest\.json$/.exec(key)
  if (manifest?.[1] !== undefined) return { kind: 'manifest', run: manifest[1] }
  const drop = /^drop\/([^/]+)\/(.+)$/s.exec(key)
  const [, table, file] = drop ?? []
  if (table === undefined || file === undefined || file === '_options.json' || file.endsWith('/'))
    return undefined
  return { kind: 'drop', table, file }
}
