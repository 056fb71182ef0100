import type { ObjectStore, StoredObject } from '../store/object-store.ts'

/** A bucket that knows how far each object has been read: what a progress bar shows of one large file. */
export interface CountedStore<Store extends ObjectStore> {
  readonly store: Store
  /** Bytes of the object up to the furthest that anybody has read; 0 for one that nobody has. */
  bytesRead(key: string): number
}

export const countedStore = <Store extends ObjectStore>(store: Store): CountedStore<Store> => {
  const read = new Map<string, number>()
  const note = (key: string, end: number): void => {
    if (end > (read.get(key) ?? 0)) read.set(key, end)
  }
  async function* stream(object: StoredObject, start = 0, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
    let at = start
    for await (const piece of store.stream(object, start, signal)) {
      at += piece.byteLength
      note(object.key, at)
      yield piece
    }
  }
  const slice: ObjectStore['slice'] = async (object, start, end, signal) => {
    const bytes = await store.slice(object, start, end, signal)
    // A Parquet file begins to be read at its end, and that is not how far it is.
    if (end < object.bytes) note(object.key, end)
    return bytes
  }
  return { store: { ...store, stream, slice }, bytesRead: (key) => read.get(key) ?? 0 }
}
