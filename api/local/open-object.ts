import { constants } from 'node:fs'
import { type FileHandle, open, stat } from 'node:fs/promises'
import { ObjectGone, type StoredObject } from '../store/object-store.ts'
import { type FileEtags, fingerprint } from './file-etag.ts'
import { codeOf } from './fresh-file.ts'

/** A file of the store, open and known by its content. */
export interface OpenObject extends AsyncDisposable {
  readonly object: StoredObject
  readonly file: FileHandle
  /** Whether the file was neither written to nor replaced since it was opened. */
  isSame(): Promise<boolean>
  /** Whether a path is another name of it. */
  isAt(path: string): Promise<boolean>
}

/** Opens the object that is there now. @returns undefined when none is */
export const openObject = async (
  path: string,
  key: string,
  etags: FileEtags,
  signal?: AbortSignal
): Promise<OpenObject | undefined> => {
  signal?.throwIfAborted()
  const file = await openFile(path)
  if (file === undefined) return undefined
  try {
    const stats = await file.stat({ bigint: true })
    const print = fingerprint(stats)
    const printOf = (name: string) => stat(name, { bigint: true }).then(fingerprint, () => undefined)
    return {
      object: { key, etag: await etags.of(file, stats, signal), bytes: Number(stats.size) },
      file,
      async isSame() {
        return fingerprint(await file.stat({ bigint: true })) === print && (await printOf(path)) === print
      },
      isAt: async (name) => (await printOf(name)) === print,
      [Symbol.asyncDispose]: () => file.close()
    }
  } catch (error) {
    await file.close()
    throw error
  }
}

/** Opens the very content of the ETag. @throws ObjectGone */
export const openSame = async (
  path: string,
  { key, etag }: StoredObject,
  etags: FileEtags,
  signal?: AbortSignal
): Promise<OpenObject> => {
  const opened = await openObject(path, key, etags, signal)
  if (opened?.object.etag === etag) return opened
  await opened?.file.close()
  throw new ObjectGone(opened === undefined ? 'not_found' : 'changed', key)
}

const openFile = async (path: string): Promise<FileHandle | undefined> => {
  try {
    // A link put in by hand could lead out of the folder.
    return await open(path, constants.O_RDONLY | constants.O_NOFOLLOW)
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}
