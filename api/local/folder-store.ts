import { createReadStream } from 'node:fs'
import { realpath, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { collectBytes } from '../store/collect-bytes.ts'
import { ObjectGone, type ObjectStore, type StoredObject } from '../store/object-store.ts'
import { untilAborted } from '../store/until-aborted.ts'
import { etagHash, etagText, fileEtags } from './file-etag.ts'
import { freshFiles } from './fresh-file.ts'
import { keyPath } from './key-path.ts'
import { listObjects } from './list-objects.ts'
import { openObject, openSame } from './open-object.ts'

const pieceBytes = 256 * 1024
/** A file that is written to so often without its content changing is given up. */
const mostReopenings = 5

/** A folder that keeps ObjectStore's promises. */
export interface FolderStore extends ObjectStore {
  /**
   * Makes a file from elsewhere an object, without copying its bytes where the file system allows: by a clone, else
   * by a hard link (then writing to the file in place changes the object and its ETag), else by a copy.
   */
  link(key: string, path: string, signal?: AbortSignal): Promise<StoredObject>
}

/**
 * Objects as files of a folder, which is made by the first write. Many processes may use it at once: objects come and
 * go by rename and link. Reading stops with ObjectGone once the file is replaced. Nothing is synced to the disk, so a
 * power cut may lose objects; the death of a process does not.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the folder, a short function for each call of the port
export const folderStore = (folder: string): FolderStore => {
  const etags = fileEtags(Date.now)
  const files = freshFiles(folder, Date.now)
  const pathOf = (key: string): string => join(folder, ...keyPath(key))

  async function* bytesOf(object: StoredObject, start: number, end: number, signal?: AbortSignal) {
    const path = pathOf(object.key)
    let at = start
    for (let openings = 0; ; openings += 1) {
      await using opened = await openSame(path, object, etags, signal)
      while (at < end) {
        const piece = Buffer.allocUnsafe(Math.min(pieceBytes, end - at))
        const { bytesRead } = await opened.file.read(piece, 0, piece.length, at)
        signal?.throwIfAborted()
        if (bytesRead === 0 || !(await opened.isSame())) break
        at += bytesRead
        openings = 0
        yield piece.subarray(0, bytesRead)
      }
      if (at >= end) return
      if (openings >= mostReopenings) throw new ObjectGone('changed', object.key)
    }
  }

  const head = async (key: string, signal?: AbortSignal): Promise<StoredObject | undefined> => {
    await using opened = await openObject(pathOf(key), key, etags, signal)
    return opened?.object
  }

  const written = async (
    key: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    place: (fresh: string, target: string) => Promise<boolean>,
    signal?: AbortSignal
  ): Promise<StoredObject | undefined> => {
    const target = pathOf(key)
    const hash = etagHash()
    let bytes = 0
    async function* hashed(): AsyncGenerator<Uint8Array> {
      for await (const piece of untilAborted(content, signal)) {
        hash.update(piece)
        bytes += piece.length
        yield piece
      }
    }
    const fresh = await files.written(hashed())
    return (await place(fresh, target)) ? { key, etag: etagText(hash), bytes } : undefined
  }

  const replace = async (fresh: string, target: string): Promise<boolean> => {
    await files.place(fresh, target)
    return true
  }

  const writeStream: ObjectStore['writeStream'] = async (key, content, signal) => {
    const object = await written(key, content, replace, signal)
    if (object === undefined) throw new Error(`object ${key} was not written`)
    return object
  }

  return {
    head,
    stream: (object, start = 0, signal) => bytesOf(object, start, object.bytes, signal),
    slice(object, start, end, signal) {
      const last = Math.min(end, object.bytes)
      return collectBytes(bytesOf(object, start, last, signal), last - start)
    },

    async read(key, mostBytes, signal) {
      await using opened = await openObject(pathOf(key), key, etags, signal)
      if (opened === undefined) return undefined
      const { object } = opened
      if (object.bytes > mostBytes)
        throw new Error(
          `object ${key} has ${object.bytes} bytes, more than the ${mostBytes} that are read at once`
        )
      return { object, content: await collectBytes(bytesOf(object, 0, object.bytes, signal), object.bytes) }
    },

    write: (key, content, { ifAbsent = false, signal } = {}) =>
      written(key, [content], ifAbsent ? files.placeIfAbsent : replace, signal),
    writeStream,

    async copy(object, to, signal) {
      const source = pathOf(object.key)
      const target = pathOf(to)
      await using opened = await openSame(source, object, etags, signal)
      const linked = await files.linked(source).catch(() => undefined)
      if (linked !== undefined && (await opened.isAt(linked))) return files.place(linked, target)
      if (linked !== undefined) await files.discard(linked)
      await writeStream(to, bytesOf(object, 0, object.bytes, signal), signal)
    },

    async remove(key, signal) {
      signal?.throwIfAborted()
      await rm(pathOf(key), { force: true })
    },

    async removeSame(object, signal) {
      const path = pathOf(object.key)
      if ((await head(object.key, signal))?.etag !== object.etag) return
      // Moved away first and looked at then: what came in between is put back, unless something newer is there.
      const away = await files.taken(path)
      if (away === undefined) return
      const moved = await openObject(away, object.key, etags, signal)
      await moved?.file.close()
      if (moved === undefined || moved.object.etag === object.etag) await files.discard(away)
      else await files.placeIfAbsent(away, path)
    },

    async *list(prefix, signal) {
      for await (const { key, path } of listObjects(folder, prefix, signal)) {
        await using opened = await openObject(path, key, etags, signal)
        if (opened) yield opened.object
      }
    },

    async link(key, path, signal) {
      signal?.throwIfAborted()
      const source = await realpath(path)
      const shared = await files.cloned(source).catch(() => files.linked(source).catch(() => undefined))
      if (shared === undefined) return writeStream(key, createReadStream(source), signal)
      await files.place(shared, pathOf(key))
      const object = await head(key, signal)
      if (object === undefined) throw new ObjectGone('not_found', key)
      return object
    }
  }
}
