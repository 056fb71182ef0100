/** An object at rest. `etag` names its content: it changes when the object is replaced. */
export interface StoredObject {
  readonly key: string
  readonly etag: string
  readonly bytes: number
}

/** The object is not there, or not the one of the asked ETag any more. */
export class ObjectGone extends Error {
  override readonly name = 'ObjectGone'
  readonly code: 'not_found' | 'changed'

  constructor(code: ObjectGone['code'], key: string) {
    super(code === 'not_found' ? `there is no object ${key}` : `object ${key} was replaced while it was read`)
    this.code = code
  }
}

/**
 * One bucket: S3, or a folder on this machine. Every call takes a signal and ends with an error when it
 * strikes; reads name the ETag that they expect, so that a replaced object is never mixed with the old one.
 */
export interface ObjectStore {
  /** @returns undefined when it is not there */
  head(key: string, signal?: AbortSignal): Promise<StoredObject | undefined>
  /**
   * The object's bytes from `start`. A stream that breaks is opened again where it broke, a few times.
   * @throws ObjectGone
   */
  stream(object: StoredObject, start?: number, signal?: AbortSignal): AsyncIterable<Uint8Array>
  /** Bytes `start` up to `end` (not included). @throws ObjectGone */
  slice(object: StoredObject, start: number, end: number, signal?: AbortSignal): Promise<Uint8Array>
  /** A small object whole, with its ETag; undefined when it is not there. @throws Error above `mostBytes` */
  read(
    key: string,
    mostBytes: number,
    signal?: AbortSignal
  ): Promise<{ readonly object: StoredObject; readonly content: Uint8Array } | undefined>
  /** Writes a small object. With `ifAbsent` an object that is there stays: undefined is answered then. */
  write(
    key: string,
    content: Uint8Array,
    options?: { readonly ifAbsent?: boolean; readonly signal?: AbortSignal }
  ): Promise<StoredObject | undefined>
  /** Writes an object of any size from a stream, in parts; nothing is there until all of it is. */
  writeStream(key: string, content: AsyncIterable<Uint8Array>, signal?: AbortSignal): Promise<StoredObject>
  /** Copies the very content of the ETag. @throws ObjectGone */
  copy(object: StoredObject, to: string, signal?: AbortSignal): Promise<void>
  /** Deleting what is not there is no error. */
  remove(key: string, signal?: AbortSignal): Promise<void>
  /** Deletes the very content of the ETag: what has taken its place meanwhile stays, and that is no error. */
  removeSame(object: StoredObject, signal?: AbortSignal): Promise<void>
  /** All objects below a prefix, in key order, page by page. */
  list(prefix: string, signal?: AbortSignal): AsyncIterable<StoredObject>
}
