import { syntaxError } from './account.ts'

export interface Argument {
  readonly type: 'VARCHAR' | 'NUMBER' | 'BOOLEAN' | 'OBJECT'
  readonly json: string
}

const token = /\s*(?:'((?:[^']|'')*)'|(-?\d+(?:\.\d+)?)|(true|false)\b|(\w+)\s*(?=\()|([(),]))/giy

/** Arguments of a call: texts, numbers, booleans and nested `object_construct(…)`. @throws Refusal for all else */
export const readArguments = (text: string): readonly Argument[] => {
  let at = 0
  const next = (): RegExpExecArray => {
    token.lastIndex = at
    const match = token.exec(text)
    if (!match) throw syntaxError(text.slice(at))
    at = token.lastIndex
    return match
  }
  const list = (isEnd: () => boolean): Argument[] => {
    const found: Argument[] = []
    while (!isEnd()) {
      if (found.length > 0 && next()[5] !== ',') throw syntaxError(text.slice(at))
      found.push(value())
    }
    return found
  }
  const value = (): Argument => {
    const [, quoted, number, boolean, call] = next()
    if (quoted !== undefined) return { type: 'VARCHAR', json: JSON.stringify(quoted.replaceAll("''", "'")) }
    if (number !== undefined) return { type: 'NUMBER', json: number }
    if (boolean !== undefined) return { type: 'BOOLEAN', json: boolean.toLowerCase() }
    if (call?.toLowerCase() !== 'object_construct') throw syntaxError(text.slice(at))
    next()
    const parts = list(() => text.slice(at).trimStart().startsWith(')'))
    next()
    const pairs = []
    for (let n = 0; n < parts.length; n += 2) pairs.push(`${parts[n]?.json}:${parts[n + 1]?.json}`)
    return { type: 'OBJECT', json: `{${pairs.join()}}` }
  }
  return list(() => text.slice(at).trim() === '')
}
