import { hash } from 'node:crypto'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { PlannedWrite } from '../../plan/planned-write.ts'
import { wireOf } from '../../plan/wire.ts'

const pack = promisify(gzip)

/** Items of an object, as JSON: large enough that a run of terabytes stays below the number of objects of a job. */
const mostBytes = 8 * 1024 * 1024

/** Items on their way into one object of the bucket, with the keys and rows that they stand for. */
export interface StagedGroup {
  add(write: PlannedWrite): void
  /** Items so far. */
  rows(): number
  /** Of all lines: what DynamoDB reads once it is unpacked. */
  bytes(): number
  isFull(): boolean
  /** The group as two objects. */
  pack(): Promise<{ readonly items: Uint8Array; readonly keys: Uint8Array }>
}

/** Equal keys, equal numbers: 64 bits of the SHA-256 of the key's text. */
export const keyHash = (text: string): bigint => hash('sha256', text, 'buffer').readBigUInt64LE(0)

/** A line is `{"Item":{"id":{"S":"x"}}}`: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/BulkPutItems.Format.html */
const before = Buffer.from('{"Item":')
const after = Buffer.from('}\n')

/** Of the line that stands for a put. */
export const lineBytes = (write: PlannedWrite): number => {
  const { start, end } = wireOf(write)
  return before.length + end - start + after.length
}

export const stagedGroup = (): StagedGroup => {
  const pieces: Buffer[] = []
  /** Hash of the key and number of the row, in turn. */
  const keys: bigint[] = []
  let bytes = 0
  return {
    add(write) {
      const wire = wireOf(write)
      // The bytes of a row live in a block that its slice shares: what is kept is a copy.
      const line = Buffer.concat([before, wire.buffer.subarray(wire.start, wire.end), after])
      pieces.push(line)
      bytes += line.length
      keys.push(keyHash(write.key.text), BigInt(write.rows[0]?.rowNumber ?? 0))
    },
    rows: () => pieces.length,
    bytes: () => bytes,
    isFull: () => bytes >= mostBytes,
    async pack() {
      const items = await pack(Buffer.concat(pieces, bytes))
      return { items, keys: new Uint8Array(BigUint64Array.from(keys).buffer) }
    }
  }
}
