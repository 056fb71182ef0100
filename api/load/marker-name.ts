/**
 * Names that Spark, Hive, Delta and their like give to what stands beside data and is none: `_SUCCESS`, `_committed_…`,
 * `_metadata`, `.part-0.crc`, dot files, folder markers; and everything below a folder of such a name. `_day=1` is a
 * partition.
 *
 * @param name relative to a run or a drop folder
 */
export const isMarkerName = (name: string): boolean =>
  name.endsWith('/') ||
  name.endsWith('.crc') ||
  name.endsWith('_$folder$') ||
  name.split('/').some((part) => part.startsWith('.') || (part.startsWith('_') && !part.includes('=')))

const mostNamed = 5

/** One line that names what was skipped; undefined when nothing was. */
export const skippedLine = (names: readonly string[]): string | undefined => {
  if (names.length === 0) return undefined
  const more = names.length > mostNamed ? ` and ${names.length - mostNamed} more` : ''
  return `skipped, since their names are not those of data: ${names.slice(0, mostNamed).join(', ')}${more}`
}
