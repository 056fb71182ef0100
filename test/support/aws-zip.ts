import { crc32 } from 'node:zlib'

/** One file → a zip archive that holds it as it is: what Lambda takes as code. */
export const zipOf = (name: string, content: Uint8Array): Buffer => {
  const path = Buffer.from(name)
  const common = Buffer.alloc(26)
  common.writeUInt16LE(20, 0)
  common.writeUInt32LE(crc32(content), 10)
  common.writeUInt32LE(content.length, 14)
  common.writeUInt32LE(content.length, 18)
  common.writeUInt16LE(path.length, 22)
  const local = Buffer.concat([Buffer.from('PK\x03\x04'), common, path, content])

  const entry = Buffer.alloc(46)
  entry.write('PK\x01\x02')
  entry.writeUInt16LE(20, 4)
  common.copy(entry, 6)
  // Read by everybody: Lambda drops its rights before it loads the code.
  entry.writeUInt32LE(0o100644 * 0x10000, 38)
  entry.writeUInt8(3, 5)

  const end = Buffer.alloc(22)
  end.write('PK\x05\x06')
  end.writeUInt16LE(1, 8)
  end.writeUInt16LE(1, 10)
  end.writeUInt32LE(entry.length + path.length, 12)
  end.writeUInt32LE(local.length, 16)
  return Buffer.concat([local, entry, path, end])
}
