/** A part of the parsed statement as polyglot gives it: an object whose single name says its kind. */
export type Tree = Readonly<Record<string, unknown>>

export interface Node {
  readonly kind: string
  readonly body: Tree
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** `{"eq": {"left": …}}` is a node of kind `eq`. */
export const nodeOf = (value: unknown): Node => {
  if (!isTree(value)) return { kind: 'nothing', body: {} }
  const kind = Object.keys(value)[0] ?? 'nothing'
  const body = value[kind]
  return { kind, body: isTree(body) ? body : { value: body } }
}

/** The part of that name, or nothing when it is null or absent. */
export const child = (tree: Tree, name: string): Tree | undefined => {
  const value = tree[name]
  return isTree(value) ? value : undefined
}

export const list = (tree: Tree, name: string): readonly unknown[] => {
  const value = tree[name]
  return Array.isArray(value) ? value : []
}

export const trees = (tree: Tree, name: string): readonly Tree[] => list(tree, name).filter(isTree)

export const word = (tree: Tree, name: string): string => {
  const value = tree[name]
  return typeof value === 'string' ? value : ''
}

export const flag = (tree: Tree, name: string): boolean => tree[name] === true

const isEmpty = (value: unknown): boolean =>
  value === null || value === undefined || value === false || (Array.isArray(value) && value.length === 0)

/** The names of a node's filled parts that are not among those we know, so that nothing is passed over. */
export const unknownParts = (tree: Tree, known: readonly string[]): readonly string[] =>
  Object.keys(tree).filter(
    (name) => !isEmpty(tree[name]) && !known.includes(name) && !/comments$|^span$|explicit|keyword/.test(name)
  )
