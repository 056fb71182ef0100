/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const mostKeyBytes = 1024
/** What ext4, APFS and NTFS take for one name. */
const mostNameBytes = 255
// Not safe as part of a file name on one system or another; % marks what is written as its bytes.
// biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is meant
const unsafe = /[\u0000-\u001f\u007f%\\:*?"<>|]/g

/**
 * The file names below the store's folder that stand for a key: `rejected/run-1/a.ndjson.gz` is itself. Characters
 * that file names cannot hold are written `%XX`. A file's name always has a dot, or ends in `%` (`unload/data_0%`),
 * and a folder's never has one (`v1.2/a.csv` is `v1%2E2/a.csv`): so keys `a` and `a/b` live side by side, and `..`
 * cannot be written. On a case-insensitive file system keys that differ in case only are one object.
 *
 * @throws RangeError when S3 would refuse the key, or a part of it is too long for a file name
 */
export const keyPath = (key: string): readonly string[] => {
  const bytes = Buffer.byteLength(key)
  if (bytes < 1 || bytes > mostKeyBytes || !key.isWellFormed())
    throw new RangeError(`an object key is well-formed text of 1 to ${mostKeyBytes} bytes, not ${bytes}`)
  const parts = key.split('/')
  const names = parts.map((part, at) => (at === parts.length - 1 ? fileName(part) : folderName(part)))
  if (names.some((name) => Buffer.byteLength(name) > mostNameBytes))
    throw new RangeError(
      `a part of an object key is longer than the ${mostNameBytes} bytes of a file name; shorten it`
    )
  return names
}

export const fileName = (part: string): string => {
  const safe = /^\.+$/.test(part) ? undotted(part) : escaped(part)
  return safe.includes('.') ? safe : `${safe}%`
}

const folderName = (part: string): string => (part === '' ? '%%' : undotted(escaped(part)))

/** The part of a key that a file or folder stands for; undefined for one that no key is written as. */
export const partOf = (name: string, isFolder: boolean): string | undefined => {
  const body = isFolder || name.includes('.') ? name : name.slice(0, -1)
  const part = name === '%%' && isFolder ? '' : decoded(body)
  if (part === undefined) return undefined
  return (isFolder ? folderName(part) : fileName(part)) === name ? part : undefined
}

const undotted = (name: string): string => name.replaceAll('.', '%2E')

/** Text that is not in composed form is written as bytes, for some file systems hold both forms as equal. */
const escaped = (part: string): string => {
  const composed = part === part.normalize('NFC')
  return composed ? part.replace(unsafe, percent) : part.replace(/[^ -~]|[%\\:*?"<>|]/gu, percent)
}

const percent = (text: string): string =>
  [...Buffer.from(text)].map((byte) => `%${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('')

const decoded = (name: string): string | undefined => {
  try {
    return decodeURIComponent(name)
  } catch {
    return undefined
  }
}
