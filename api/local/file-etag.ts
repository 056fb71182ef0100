import { createHash } from 'node:crypto'
import type { BigIntStats } from 'node:fs'
import type { FileHandle } from 'node:fs/promises'

const pieceBytes = 256 * 1024
const mostRemembered = 10_000
/** Clocks of file systems tick this coarsely at worst; a younger file may still change without showing it. */
const settledMs = 2_000

/** Changes when a file is replaced, or written to at another tick of the file system's clock. */
export const fingerprint = ({ dev, ino, size, mtimeNs }: BigIntStats): string =>
  `${dev}-${ino}-${size}-${mtimeNs}`

/** ETags of files: 32 hexadecimal digits of SHA-256 over the content. */
export interface FileEtags {
  /**
   * Reads the file through unless its ETag is known.
   *
   * @throws Error when the file is written to meanwhile, or the signal strikes
   */
  of(file: FileHandle, stats: BigIntStats, signal?: AbortSignal): Promise<string>
}

export const etagHash = () => createHash('sha256')
export const etagText = (hash: ReturnType<typeof etagHash>): string => hash.digest('hex').slice(0, 32)

/**
 * Remembers ETags by fingerprint, the newest 10,000. A file that was changed in the last two seconds is read every
 * time: an inode may be used again within one tick of the clock.
 */
export const fileEtags = (nowMs: () => number): FileEtags => {
  const known = new Map<string, string>()
  return {
    async of(file, stats, signal) {
      const print = fingerprint(stats)
      const before = known.get(print)
      if (before !== undefined) return before
      const isSettled = nowMs() - Number(stats.mtimeMs) > settledMs
      const etag = await readThrough(file, signal)
      if (fingerprint(await file.stat({ bigint: true })) !== print)
        throw new Error('a file of the local bucket was written to while it was read; send the work again')
      if (!isSettled) return etag
      const [oldest] = known.size < mostRemembered ? [] : known.keys()
      if (oldest !== undefined) known.delete(oldest)
      known.set(print, etag)
      return etag
    }
  }
}

const readThrough = async (file: FileHandle, signal: AbortSignal | undefined): Promise<string> => {
  const hash = etagHash()
  const piece = Buffer.allocUnsafe(pieceBytes)
  for (let at = 0; ; ) {
    signal?.throwIfAborted()
    const { bytesRead } = await file.read(piece, 0, pieceBytes, at)
    if (bytesRead === 0) return etagText(hash)
    hash.update(piece.subarray(0, bytesRead))
    at += bytesRead
  }
}
