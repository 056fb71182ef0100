import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readHybrid } from '../../api/decode/parquet-hybrid.ts'

const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))]

/** Runs as a writer makes them: eight values bit by bit, or one repeated. */
const written = (runs: ReadonlyArray<readonly [value: number, times: number]>, width: number) => {
  const bytes: number[] = []
  for (const [value, times] of runs) {
    if (times > 8) {
      bytes.push(...varint(times * 2))
      for (let n = 0; n < width; n += 8) bytes.push(Math.floor(value / 2 ** n) % 256)
      continue
    }
    bytes.push(...varint(3))
    let bits = 0n
    for (let n = 0n; n < 8n; n += 1n) bits |= BigInt(value) << (n * BigInt(width))
    for (let n = 0; n < width; n += 1) bytes.push(Number((bits >> BigInt(8 * n)) & 255n))
  }
  return Uint8Array.from(bytes)
}

describe('runs of repeated and bit-packed values', () => {
  it('are read in any width, from any byte on', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 31 }),
        fc.array(fc.tuple(fc.nat(2 ** 31 - 1), fc.integer({ min: 8, max: 40 })), { minLength: 1 }),
        fc.nat(5),
        (width, any, before) => {
          const runs = any.map(([value, times]) => [value % 2 ** width, times] as const)
          const bytes = written(runs, width)
          const all = new Uint8Array(before + bytes.length)
          all.set(bytes, before)
          const wanted = runs.flatMap(([value, times]) => Array<number>(times).fill(value))
          const into = new Int32Array(wanted.length)
          readHybrid(all, { start: before, end: all.length, width }, into)
          expect([...into]).toEqual(wanted)
        }
      ),
      { numRuns: 200 }
    )
  })

  it('of no bits are zeros, whatever follows', () => {
    const into = Uint8Array.of(7, 7)
    readHybrid(Uint8Array.of(), { start: 0, end: 0, width: 0 }, into)
    expect([...into]).toEqual([0, 0])
  })

  it.each([
    ['empty', []],
    ['a header without an end', [0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 1]],
    ['a run without its value', [0x20]],
    ['packed values that are not there', [0x05, 1]],
    ['runs of nothing', Array(100).fill(0)]
  ])('that are %s are refused', (_, bytes) => {
    const runs = { start: 0, end: bytes.length, width: 8 }
    expect(() => readHybrid(Uint8Array.from(bytes), runs, new Int32Array(16))).toThrow(/end too early/)
  })
})
