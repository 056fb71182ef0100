/** First bytes that only one kind of file has; none of them begins UTF-8 text that a chunk could hold. */
const kinds = {
  Parquet: ['PAR1\x15', 'PARE'],
  gzip: ['\x1f\x8b'],
  zstd: ['\x28\xb5\x2f\xfd'],
  bzip2: ['BZh'],
  xz: ['\xfd7zXZ\0'],
  'a zip archive': ['PK\x03\x04'],
  ORC: ['ORC\n', 'ORC\b'],
  Avro: ['Obj\x01'],
  Snappy: ['\xff\x06\0\0sNaPpY', 'SNAPPY'],
  LZ4: ['\x04\x22\x4d\x18'],
  'UTF-16': ['\xff\xfe', '\xfe\xff']
} as const

export type KindOfBytes = keyof typeof kinds

/** So many first bytes tell any kind. */
export const tellingBytes = 10

/** @param head the first bytes of a file @returns undefined for text, and for bytes that are nothing known */
export const kindOfBytes = (head: Uint8Array): KindOfBytes | undefined => {
  const text = Buffer.from(head.subarray(0, tellingBytes)).toString('latin1')
  for (const [kind, starts] of Object.entries(kinds))
    if (starts.some((start) => text.startsWith(start))) return kind as KindOfBytes
  return undefined
}
