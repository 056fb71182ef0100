import type { Statement } from '../worksheet/read-script.ts'
import { tokensOf } from '../worksheet/tokens.ts'
import { compilationError, notSupported } from '../worksheet/worksheet-error.ts'
import type { BlockReader } from './block-reader.ts'
import { readDeclaration } from './read-declaration.ts'
import { readNode } from './read-node.ts'
import type { Block, Handler, Node } from './script-tree.ts'
import { type TokenReader, tokenReader } from './token-reader.ts'

/** https://docs.snowflake.com/en/developer-guide/snowflake-scripting/exceptions */
const readHandlers = ({ read, statements }: BlockReader): readonly Handler[] => {
  const found: Handler[] = []
  while (read.accept('WHEN')) {
    const caught = [read.name()]
    while (read.accept('OR')) caught.push(read.name())
    if (read.peek() === 'CONTINUE' || read.peek() === 'EXIT') throw notSupported(`A ${read.peek()} handler`)
    read.expect('THEN')
    found.push({ names: caught, body: statements('WHEN', 'END') })
  }
  return found
}

/** What DECLARE declares, up to BEGIN. */
const readDeclarations = (reader: BlockReader): Block['declarations'] => {
  const { read } = reader
  const declarations: Block['declarations'][number][] = []
  while (read.peek() !== 'BEGIN') {
    const place = read.place()
    declarations.push({ ...readDeclaration(reader), place })
    read.expect(';')
  }
  return declarations
}

/** https://docs.snowflake.com/en/developer-guide/snowflake-scripting/blocks */
const openBlockReader = (read: TokenReader, readOne: BlockReader['readOne']): BlockReader => {
  const reader: BlockReader = {
    read,
    readOne,
    statements: (...ends) => {
      const nodes: Node[] = []
      while (!ends.includes(read.peek())) nodes.push(readNode(reader))
      return nodes
    },
    block: () => {
      const declarations = read.accept('DECLARE') ? readDeclarations(reader) : []
      read.expect('BEGIN')
      const body = reader.statements('EXCEPTION', 'END')
      const handlers = read.accept('EXCEPTION') ? readHandlers(reader) : []
      read.expect('END')
      if (read.peek() === ';') read.next()
      return { declarations, body, handlers }
    }
  }
  return reader
}

/**
 * Reads the body of a procedure, or the block of an EXECUTE IMMEDIATE.
 *
 * @param readOne reads one statement of SQL
 * @throws WorksheetError for a mistake, and for a construct that is not played, by name
 */
export const readBlock = (
  text: string,
  functions: ReadonlySet<string>,
  readOne: (sql: string) => Statement
): Block => {
  const reader = tokenReader(Array.from(text), tokensOf(text), functions, readOne)
  const block = openBlockReader(reader, readOne).block()
  if (!reader.isAtEnd()) throw compilationError(`syntax error: unexpected '${reader.peek()}' after END`)
  return block
}
