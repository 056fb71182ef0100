import { quote } from '../json/ascii.ts'
/** Names that are told apart at the same time: twice the columns of the widest tables. Data with ever new names starts over. */
export const mostNames = 4096
const mostStored = 256 * 1024
/** What is made at first; each row of a batch may bring options, and so names, of its own. */
const firstNames = 64
const firstStored = 1024

/** Names of objects as small numbers: UTF-8 bytes without escapes, compared as bytes, so that none becomes a string. */
export class WireNames {
  /** Names that there is room for as yet. */
  room = firstNames
  private slots = new Int16Array(2 * firstNames)
  private hashes = new Int32Array(firstNames)
  private starts = new Int32Array(firstNames + 1)
  private stored = Buffer.alloc(firstStored)
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
    const last = slots.length - 1
    let slot = slotOf(hash, last)
    for (; ; slot = (slot + 1) & last) {
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
    if (this.count === this.room || from + length > stored.length) {
      this.grow(from + length)
      return this.idOf(bytes, start, end, hash)
    }
    bytes.copy(stored, from, start, end)
    const id = this.count
    this.count += 1
    hashes[id] = hash
    starts[this.count] = from + length
    slots[slot] = this.count
    return id
  }

  /** Makes room for one more name that ends so far into the stored ones. */
  private grow(end: number): void {
    if (this.count === this.room) {
      this.room *= 2
      this.hashes = longer(this.hashes, new Int32Array(this.room))
      this.starts = longer(this.starts, new Int32Array(this.room + 1))
      this.slots = new Int16Array(2 * this.room)
      const last = this.slots.length - 1
      for (let id = 0; id < this.count; id += 1) {
        let slot = slotOf(this.hashes[id] as number, last)
        while (this.slots[slot] !== 0) slot = (slot + 1) & last
        this.slots[slot] = id + 1
      }
    }
    if (end > this.stored.length)
      this.stored = longer(
        this.stored,
        Buffer.alloc(Math.min(mostStored, Math.max(2 * this.stored.length, end)))
      )
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

const slotOf = (hash: number, last: number): number => (hash ^ (hash >>> 15)) & last

/** The same numbers in an array that holds more. */
export const longer = <T extends Uint8Array | Int8Array | Int16Array | Int32Array>(from: T, into: T): T => {
  into.set(from)
  return into
}

/** The hash of a whole name; `WireValues` makes the same while it reads one. */
export const hashOf = (name: Uint8Array): number => {
  let hash = 0
  for (const byte of name) hash = hashStep(hash, byte)
  return hash
}

export const hashStep = (hash: number, byte: number): number => (Math.imul(hash, 31) + byte) | 0
