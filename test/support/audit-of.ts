import { gunzipSync } from 'node:zlib'
import type { RunStatus } from '../../api/load/run-status.ts'
import type { MemoryStore } from './memory-store.ts'

/** Lines of the audit below a prefix, parsed. */
export const auditOf = (store: MemoryStore, prefix: string): readonly Record<string, unknown>[] =>
  store.keys(`audit/${prefix}`).flatMap((key) => linesOf(store.objects.get(key)))

/** Lines of a run's rejected files by chunk. */
export const rejectedOf = (
  store: MemoryStore,
  run: string
): Record<string, readonly Record<string, unknown>[]> =>
  Object.fromEntries(
    store
      .keys(`rejected/${run}/`)
      .map((key) => [
        key.slice(`rejected/${run}/`.length, -'.ndjson.gz'.length),
        linesOf(gunzipSync(store.objects.get(key) ?? Buffer.alloc(0)))
      ])
  )

const linesOf = (content: Uint8Array = new Uint8Array()): Record<string, unknown>[] =>
  Buffer.from(content)
    .toString()
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as Record<string, unknown>)

/** What `read` is to be: the sum of all that rows can come to. */
export const sumOf = ({ rows: { expected: _, read: __, ...others } }: RunStatus): number =>
  Object.values(others).reduce((sum, count) => sum + count, 0)
