import { crc32, deflateRawSync } from 'node:zlib'

export interface ZippedFile {
  readonly name: string
  readonly content: Uint8Array
}

const deflated = 8
/** 1 January 1980: a zip knows no time before. The same files give the same bytes. */
const noDate = 0x0021

/** Files → a zip archive: the same bytes from the same files, whenever and wherever it is made. */
export const zipOf = (files: readonly ZippedFile[]): Buffer => {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let at = 0
  for (const { name, content } of files.toSorted((one, other) => (one.name < other.name ? -1 : 1))) {
    const path = Buffer.from(name)
    const packed = deflateRawSync(content, { level: 9 })
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(deflated, 4)
    common.writeUInt16LE(noDate, 8)
    common.writeUInt32LE(crc32(content), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(content.length, 18)
    common.writeUInt16LE(path.length, 22)
    const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, packed])

    const entry = Buffer.alloc(46)
    entry.write('PK\x01\x02')
    // Made on Unix, with the rights of a plain file: Lambda drops its own before it loads the code.
    entry.writeUInt16LE(0x0314, 4)
    common.copy(entry, 6)
    entry.writeUInt32LE(0o100644 * 0x10000, 38)
    entry.writeUInt32LE(at, 42)
    locals.push(local)
    entries.push(entry, path)
    at += local.length
  }
  const directory = Buffer.concat(entries)
  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(files.length, 8)
  end.writeUInt16LE(files.length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(at, 16)
  return Buffer.concat([...locals, directory, end])
}
