import { sha256 } from '../runtime/sha256.ts'
import { isMarkerName } from './marker-name.ts'

/** Where things lie in the bucket: the layout that the README documents. */
export const manifestKey = (run: string): string => `unload/${run}/manifest.json`
export const unloadKey = (run: string, name: string): string => `unload/${run}/${name}`
export const doneKey = (run: string, name: string): string => `done/${run}/${name}`
export const failedKey = (run: string, name: string): string => `failed/${run}/${name}`
export const rejectedKey = (run: string, chunk: string): string => `rejected/${run}/${chunk}.ndjson.gz`
/** Everything that the claims of a chunk have set aside so far. */
export const rejectedPartsPrefix = (run: string, chunk: string, generation: number): string =>
  `rejected/${run}/.parts/${generation}/${flat(chunk)}/`
/** Rejected rows of a chunk that is still being loaded. */
export const rejectedPartKey = (
  run: string,
  chunk: string,
  generation: number,
  { claim, file }: { readonly claim: number; readonly file: number }
): string =>
  `${rejectedPartsPrefix(run, chunk, generation)}${String(claim).padStart(4, '0')}-${String(file).padStart(6, '0')}.ndjson.gz`
export const chunkAuditKey = (run: string, chunk: string, generation: number): string =>
  `audit/chunks/${run}/${generation}-${flat(chunk)}.ndjson`
export const startAuditKey = (run: string, generation: number): string =>
  `audit/runs/${run}/${generation}-started.ndjson`
export const runAuditKey = (run: string, generation: number): string =>
  `audit/runs/${run}/${generation}.ndjson`
/** What a managed engine's job reads, and nothing else lies there. */
export const itemsPrefix = (run: string, generation: number): string => `managed/${run}/${generation}/items/`
/** Where it reports what it did not write. */
export const reportPrefix = (run: string, generation: number): string =>
  `managed/${run}/${generation}/report/`
/** Items of a chunk that lie ready, and beside them the keys and row numbers that they stand for. */
export const stagedKeys = (
  run: string,
  chunk: string,
  generation: number,
  { claim, file }: { readonly claim: number; readonly file: number }
): { readonly items: string; readonly keys: string } => {
  const name = `${flat(chunk)}/${String(claim).padStart(4, '0')}-${String(file).padStart(6, '0')}`
  return {
    items: `${itemsPrefix(run, generation)}${name}.json.gz`,
    keys: `managed/${run}/${generation}/keys/${name}.bin`
  }
}
/** Items that the job reports, as hashes of their keys. */
export const failedItemsKey = (run: string, generation: number): string =>
  `managed/${run}/${generation}/failed.json`
/** Rows with option `trail`, a slice an object. */
export const trailKey = (run: string, chunk: string, generation: number, firstRow: number): string =>
  `audit/rows/${run}/${generation}-${flat(chunk)}-${String(firstRow).padStart(9, '0')}.ndjson`
/** @param at `<minute>/<function instance>` */
export const pushAuditKey = (at: string): string => `audit/pushes/${at}.ndjson`
export const dropOptionsKey = (table: string): string => `drop/${table}/_options.json`

/** A chunk's name without folders, so that no chunk's files lie below another's; short enough for any key. */
const flat = (chunk: string): string => {
  const name = encodeURIComponent(chunk.toWellFormed())
  return name.length <= 400 ? name : sha256(chunk)
}

/** What an arrived object is to us. */
export type Arrival =
  | { readonly kind: 'manifest'; readonly run: string }
  | { readonly kind: 'drop'; readonly table: string; readonly file: string }
  /** Beside the data of a drop folder, and none itself. */
  | { readonly kind: 'marker' }

/** @returns undefined for objects that start nothing: chunks wait for their manifest */
export const readArrival = (key: string): Arrival | undefined => {
  const manifest = /^unload\/([^/]+)\/manifest\.json$/.exec(key)
  if (manifest?.[1] !== undefined) return { kind: 'manifest', run: manifest[1] }
  const drop = /^drop\/([^/]+)\/(.+)$/s.exec(key)
  const [, table, file] = drop ?? []
  if (table === undefined || file === undefined || file === '_options.json') return undefined
  if (isMarkerName(file)) return { kind: 'marker' }
  return { kind: 'drop', table, file }
}
