const frameMagic = 0xfd2fb528
const skippableMagic = 0x184d2a50

/**
 * Cuts zstd bytes so that no piece reaches over the end of a frame. Node's decoder forgets what follows a frame in
 * the same write (seen on Node 24.21), and tools such as pzstd write many frames; a frame that begins its own write
 * is read. Bytes that are not frames pass as they are: the decoder refuses them.
 *
 * Frame layout: RFC 8878, section 3.1.
 */
export async function* zstdFrames(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const frame = frameWalk()
  for await (const piece of bytes) {
    let from = 0
    for (let at = 0; at < piece.length; ) {
      const step = frame.advance(piece, at)
      at = step.at
      if (!step.frameEnds) continue
      yield piece.subarray(from, at)
      from = at
    }
    if (from < piece.length) yield piece.subarray(from)
  }
}

type Part = 'magic' | 'descriptor' | 'block' | 'checksum' | 'skippable' | 'unknown'

interface Step {
  readonly at: number
  readonly frameEnds: boolean
}

/** Reads only the lengths in a frame: of its header, of each block, of its checksum. */
const frameWalk = () => {
  let part: Part = 'magic'
  let field: number[] = []
  let toSkip = 0
  let endsAfterSkip = false
  let hasChecksum = false

  const start = (next: Part, skip = 0): void => {
    part = next
    field = []
    toSkip = skip
  }
  const fieldBytes = (): number => (part === 'descriptor' ? 1 : part === 'block' ? 3 : 4)
  const littleEndian = (): number => field.reduceRight((value, byte) => value * 256 + byte, 0)

  const readField = (): void => {
    const value = littleEndian()
    if (part === 'magic') {
      if (value === frameMagic) start('descriptor')
      else start(value - (value % 16) === skippableMagic ? 'skippable' : 'unknown')
    } else if (part === 'descriptor') {
      hasChecksum = (value & 4) !== 0
      start('block', headerBytesAfter(value))
    } else if (part === 'block') {
      const isLast = (value & 1) === 1
      // A block of type 1 is one byte, repeated: its size counts what comes out.
      const size = ((value >> 1) & 3) === 1 ? 1 : value >> 3
      endsAfterSkip = isLast && !hasChecksum
      start(isLast ? (hasChecksum ? 'checksum' : 'magic') : 'block', size)
    } else {
      endsAfterSkip = true
      start('magic', part === 'skippable' ? value : 0)
    }
  }

  return {
    advance(piece: Uint8Array, at: number): Step {
      if (part === 'unknown') return { at: piece.length, frameEnds: false }
      if (toSkip > 0) {
        const skipped = Math.min(toSkip, piece.length - at)
        toSkip -= skipped
        if (toSkip > 0) return { at: at + skipped, frameEnds: false }
        return { at: at + skipped, frameEnds: taken() }
      }
      field.push(piece[at] ?? 0)
      if (field.length === fieldBytes()) readField()
      return { at: at + 1, frameEnds: toSkip === 0 && taken() }
    }
  }

  function taken(): boolean {
    const ends = endsAfterSkip
    endsAfterSkip = false
    return ends
  }
}

/** Window, dictionary id and content size, whose presence and widths the descriptor byte tells. */
const headerBytesAfter = (descriptor: number): number => {
  const singleSegment = (descriptor & 0x20) !== 0
  const sizeFlag = descriptor >> 6
  const contentSize = sizeFlag === 0 ? (singleSegment ? 1 : 0) : 2 ** sizeFlag
  const dictionaryId = [0, 1, 2, 4][descriptor & 3] ?? 0
  return (singleSegment ? 0 : 1) + dictionaryId + contentSize
}
