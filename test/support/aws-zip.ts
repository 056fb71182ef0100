import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** The files of a folder → a zip archive that holds them as they are: what Lambda takes as code. */
export const zipOfFolder = async (folder: string): Promise<Buffer> => {
  const names = (await readdir(folder)).toSorted()
  return zipOf(
    await Promise.all(names.map(async (name) => [name, await readFile(join(folder, name))] as const))
  )
}

const zipOf = (files: ReadonlyArray<readonly [name: string, content: Uint8Array]>): Buffer => {
  const locals: Buffer[] = []
  const entries: Buffer[] = []
  let at = 0
  for (const [name, content] of files) {
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
