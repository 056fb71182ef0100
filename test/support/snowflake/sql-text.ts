/** Options of a statement, `name = value`: lists without brackets and blanks, texts without quotes. */
export const optionsOf = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)\s*=\s*(\((?:[^()']|'[^']*')*\)|'(?:[^']|'')*'|[\w.]+)/g)].map(
      ([, name = '', value = '']) => [
        name.toUpperCase(),
        value.startsWith('(')
          ? [...value.matchAll(/'([^']*)'|[\w.]+/g)].map(([word, quoted]) => quoted ?? word).join(',')
          : value.replace(/^'|'$/g, '')
      ]
    )
  )

/** Names of options that are not in the list. */
export const unknownOptions = (options: Record<string, string>, known: readonly string[]): string[] =>
  Object.keys(options).filter((name) => !known.includes(name))

/** A LIKE pattern as it stands in a text → a test. */
export const likeOf = (pattern: string): RegExp => {
  const source = pattern
    .replaceAll('\\\\', '\\')
    .replace(/\\(.)|([%_])|(.)/g, (_, escaped, wild, plain) =>
      wild === '%' ? '.*' : wild === '_' ? '.' : RegExp.escape(escaped ?? plain)
    )
  return new RegExp(`^${source}$`, 'is')
}

/** `varchar, number(38, 0)` or `a varchar, b object` → the last word of each, in upper case. */
export const typesOf = (args: string): string =>
  args
    .replace(/\([^)]*\)/g, '')
    .split(',')
    .map((arg) => arg.trim().split(/\s+/).slice(0, 2).at(-1)?.toUpperCase() ?? '')
    .filter((type) => type !== '')
    .join(', ')
