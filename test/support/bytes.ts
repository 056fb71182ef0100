import { randomFillSync } from 'node:crypto'

export const textBytes = (text: string): Uint8Array => Buffer.from(text)

export const randomBytesOf = (bytes: number): Uint8Array => randomFillSync(new Uint8Array(bytes))

export async function* inPieces(bytes: Uint8Array, pieceBytes: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += pieceBytes) yield bytes.subarray(at, at + pieceBytes)
}

export const allOf = async <T>(source: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const each of source) all.push(each)
  return all
}

export const joined = async (pieces: AsyncIterable<Uint8Array>): Promise<Buffer> =>
  Buffer.concat(await allOf(pieces))
