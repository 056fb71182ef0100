import { sha256 } from '../../api/runtime/sha256.ts'
import { ObjectGone, type ObjectStore, type StoredObject } from '../../api/store/object-store.ts'

export interface MemoryStore extends ObjectStore {
  readonly objects: Map<string, Uint8Array>
  keys(prefix: string): readonly string[]
}

/** A bucket in memory; ETags are hashes of the content. */
export const memoryStore = (): MemoryStore => {
  const objects = new Map<string, Uint8Array>()
  const stored = (key: string, content: Uint8Array): StoredObject => ({
    key,
    etag: sha256(Buffer.from(content).toString('latin1')).slice(0, 32),
    bytes: content.length
  })
  const found = ({ key, etag }: StoredObject): Uint8Array => {
    const content = objects.get(key)
    if (content === undefined) throw new ObjectGone('not_found', key)
    if (stored(key, content).etag !== etag) throw new ObjectGone('changed', key)
    return content
  }
  const keys = (prefix: string): string[] =>
    [...objects.keys()].filter((key) => key.startsWith(prefix)).sort()
  return {
    objects,
    keys,
    async head(key, signal) {
      signal?.throwIfAborted()
      const content = objects.get(key)
      return content && stored(key, content)
    },
    async *stream(object, start = 0, signal) {
      const content = found(object)
      for (let at = start; at < content.length; at += 65_536) {
        signal?.throwIfAborted()
        yield content.subarray(at, at + 65_536)
      }
    },
    async slice(object, start, end) {
      return found(object).subarray(start, end)
    },
    async read(key) {
      const content = objects.get(key)
      return content && { object: stored(key, content), content }
    },
    async write(key, content, { ifAbsent = false, signal } = {}) {
      signal?.throwIfAborted()
      if (ifAbsent && objects.has(key)) return undefined
      objects.set(key, content)
      return stored(key, content)
    },
    async writeStream(key, content) {
      const pieces: Uint8Array[] = []
      for await (const piece of content) pieces.push(piece)
      const whole = Buffer.concat(pieces)
      objects.set(key, whole)
      return stored(key, whole)
    },
    async copy(object, to) {
      objects.set(to, found(object))
    },
    async remove(key) {
      objects.delete(key)
    },
    async removeSame(object) {
      const content = objects.get(object.key)
      if (content && stored(object.key, content).etag === object.etag) objects.delete(object.key)
    },
    async *list(prefix) {
      for (const key of keys(prefix)) {
        const content = objects.get(key)
        if (content) yield stored(key, content)
      }
    }
  }
}
