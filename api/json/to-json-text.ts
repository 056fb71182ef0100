import { base64Text } from './base64.ts'
import { JsonBytes } from './json-bytes.ts'
import {
  type JsonArray,
  JsonDeep,
  JsonNumber,
  JsonObject,
  JsonSet,
  type JsonValue,
  JsonWord
} from './json-value.ts'

interface Container {
  readonly members: Iterator<readonly [name: string | undefined, value: JsonValue]>
  readonly close: ']' | '}'
  separator: '' | ','
}

/**
 * Prints JSON as it was read, without spaces: numbers keep their digits, members their order, bytes become
 * base64.
 */
export const toJsonText = (value: JsonValue): string => {
  const open: Container[] = []
  let text = ''

  const print = (each: JsonValue): void => {
    if (each instanceof JsonNumber || each instanceof JsonWord) text += each.text
    else if (each instanceof JsonDeep) text += onOneLine(each.text)
    else if (each instanceof JsonBytes) text += JSON.stringify(base64Text(each.bytes))
    else if (each instanceof JsonSet) print(each.members)
    else if (each instanceof JsonObject) {
      text += '{'
      open.push({ members: membersOf(each), close: '}', separator: '' })
    } else if (isArray(each)) {
      text += '['
      open.push({ members: unnamed(each), close: ']', separator: '' })
    } else text += JSON.stringify(each)
  }

  print(value)
  for (let container = open.at(-1); container; container = open.at(-1)) {
    const next = container.members.next()
    if (next.done) {
      text += container.close
      open.pop()
      continue
    }
    const [name, member] = next.value
    text += container.separator
    container.separator = ','
    if (name !== undefined) text += `${JSON.stringify(name)}:`
    print(member)
  }
  return text
}

/** Line ends stand between values only: in strings JSON has them as escapes. */
const onOneLine = (text: string): string => text.replaceAll(/[\r\n]/g, ' ')

const isArray = (value: JsonValue): value is JsonArray => Array.isArray(value)

const membersOf = (object: JsonObject): Container['members'] =>
  object.earlier === undefined ? object.entries() : [...object.earlier, ...object].values()

function* unnamed(values: JsonArray): Generator<readonly [undefined, JsonValue]> {
  for (const value of values) yield [undefined, value]
}
