const marks = ['"id":{"S":"', '"id": {"S": "'].map((mark) => Buffer.from(mark))
const mostIds = 2 ** 27

/** Counts the different ids in bodies of DynamoDB's calls, in flat memory: an id is a letter and a number. */
export const countedIds = () => {
  const seen = new Uint8Array(mostIds / 8)
  let rows = 0
  let puts = 0

  const note = (body: Buffer, at: number): void => {
    let id = 0
    for (let n = at + 1; body[n] !== 0x22; n += 1) id = id * 10 + (body[n] ?? 0) - 0x30
    if (!(id >= 0 && id < mostIds)) throw new RangeError('an id is a letter and a number')
    const bit = 1 << (id & 7)
    const byte = seen[id >>> 3] ?? 0
    if ((byte & bit) === 0) rows += 1
    seen[id >>> 3] = byte | bit
  }

  return {
    /** @returns how many ids the body holds */
    take(body: Buffer): number {
      let found = 0
      for (const mark of marks)
        for (let at = body.indexOf(mark); at >= 0; at = body.indexOf(mark, at + mark.length)) {
          note(body, at + mark.length)
          found += 1
        }
      puts += found
      return found
    },
    counts: () => ({ rows, puts }),
    clear(): void {
      seen.fill(0)
      rows = 0
      puts = 0
    }
  }
}
