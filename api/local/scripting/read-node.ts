import { notSupported } from '../worksheet/worksheet-error.ts'
import type { BlockReader } from './block-reader.ts'
import { transactionWords } from './is-block.ts'
import { readDeclaration } from './read-declaration.ts'
import { readFor, readIf, readLoop, readWhile } from './read-flow.ts'
import { readFetch, readSql } from './read-sql.ts'
import { readAssignment, readReturn } from './read-values.ts'
import type { Node, Step } from './script-tree.ts'

/** Constructs that Snowflake Scripting has and we do not play. */
const refused = ['REPEAT', 'CASE', 'ASYNC', 'AWAIT', 'CANCEL']

const leave = (): Step => ({ kind: 'break' })
const goOn = (): Step => ({ kind: 'continue' })

/** What follows the word that a statement begins with. */
const byFirstWord: Readonly<Record<string, (reader: BlockReader) => Step>> = {
  LET: (reader) => ({ kind: 'let', declaration: readDeclaration(reader) }),
  IF: readIf,
  WHILE: readWhile,
  LOOP: readLoop,
  FOR: readFor,
  BREAK: leave,
  EXIT: leave,
  CONTINUE: goOn,
  ITERATE: goOn,
  RAISE: ({ read }) => ({ kind: 'raise', ...(read.peek() === ';' ? {} : { name: read.name() }) }),
  RETURN: readReturn,
  OPEN: ({ read }) => ({ kind: 'open', name: read.name() }),
  CLOSE: ({ read }) => ({ kind: 'close', name: read.name() }),
  FETCH: readFetch,
  NULL: () => ({ kind: 'null' })
}

const readStep = (reader: BlockReader): Step => {
  const { read } = reader
  const word = read.isQuoted() ? '' : read.peek()
  if (read.peek(1) === ':=') return readAssignment(reader)
  if (refused.includes(word)) throw notSupported(`${word} in Snowflake Scripting`)
  const isTransaction = word === 'BEGIN' && transactionWords.includes(read.peek(1))
  if (word === 'DECLARE' || (word === 'BEGIN' && !isTransaction))
    return { kind: 'block', block: reader.block() }
  const readRest = byFirstWord[word]
  if (readRest === undefined) return readSql(reader)
  read.next()
  return readRest(reader)
}

/** One statement with its semicolon. @throws WorksheetError for one that is not played, by name */
export const readNode = (reader: BlockReader): Node => {
  const place = reader.read.place()
  const node: Node = { place, ...readStep(reader) }
  if (!['block', 'if', 'while', 'loop', 'for'].includes(node.kind)) reader.read.expect(';')
  return node
}
