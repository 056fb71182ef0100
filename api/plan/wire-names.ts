import { quote } from '../json/ascii.ts'
/** Names that are told apart at the same time; data with ever new names starts over. */
export const mostNames = 512
const slotCount = 2 * mostNames
const mostStored = 32 * 1024

/** Names of objects as small numbers: UTF-8 bytes without escapes, compared as bytes, so that none becomes a string. */
export class WireNames {
  private readonly slots = new Int16Array(slotCount)
  private readonly hashes = new Int32Array(mostNames)
  private readonly starts = new Int32Array(mostNames + 1)
  private readonly stored = Buffer.alloc(mostStored)
  private count = 0

  /**
   * The number of a name, below `mostNames`.
   *
   * @param hash any hash of the name's bytes, the same for the same bytes
   * @returns -1 when there is no room: `clear` makes some
   */
  idOf(bytes: Buffer, start: number, end: number, hash: number): number {
    const { slots, hashes, starts, stored } = this
    const length = end - start
    let slot = (hash ^ (hash >>> 15)) & (slotCount - 1)
    for (; ; slot = (slot + 1) & (slotCount - 1)) {
      const id = (slots[slot] as number) - 1
      if (id < 0) break
      const from = starts[id] as number
      if (hashes[id] !== hash || (starts[id + 1] as number) - from !== length) continue
      let same = 0
      while (same < length && stored[from + same] === bytes[start + same]) same += 1
      if (same === length) return id
    }
    const from = starts[this.count] as number
    if (this.count === mostNames || from + length > mostStored) return -1
    bytes.copy(stored, from, start, end)
    const id = this.count
    this.count += 1
    hashes[id] = hash
    starts[this.count] = from + length
    slots[slot] = this.count
    return id
  }

  /**
   * Whether a name stands there, up to a quote.
   *
   * @returns the index of the quote, or -1
   */
  endOf(id: number, bytes: Buffer, start: number): number {
    if (id >= this.count) return -1
    const { stored } = this
    const end = this.starts[id + 1] as number
    let at = start
    for (let n = this.starts[id] as number; n < end; n += 1, at += 1) if (stored[n] !== bytes[at]) return -1
    return bytes[at] === quote ? at : -1
  }

  /** The name as text. */
  text(id: number): string {
    return this.stored.toString('utf8', this.starts[id], this.starts[id + 1])
  }

  /** Forgets all names: numbers given before mean nothing any more. */
  clear(): void {
    this.slots.fill(0)
    this.count = 0
  }
}

/** The hash of a whole name; `WireValues` makes the same while it reads one. */
export const hashOf = (name: Uint8Array): number => {
  let hash = 0
  for (const byte of name) hash = hashStep(hash, byte)
  return hash
}

export const hashStep = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0
