/**
 * The pieces of a stream in one array of a size that is known before.
 *
 * @throws RangeError when there are more or fewer bytes
 */
export const collectBytes = async (
  pieces: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  bytes: number
): Promise<Uint8Array> => {
  const whole = new Uint8Array(Math.max(0, bytes))
  let at = 0
  for await (const piece of pieces) {
    whole.set(piece, at)
    at += piece.length
  }
  if (at !== whole.length) throw new RangeError(`${whole.length} bytes were expected and ${at} came`)
  return whole
}
