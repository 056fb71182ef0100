import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { valueBytes } from './item-size.ts'
import { maxExpressionBytes, maxExpressionValueBytes } from './limits.ts'
import type { PlannedWrite } from './planned-write.ts'
import { Flaw } from './row-result.ts'

/** Expressions of one Put-, Update- or DeleteItem call. Names and values are always placeholders. */
export interface Expressions {
  readonly update: string | undefined
  readonly condition: string | undefined
  readonly names: Readonly<Record<string, string>>
  readonly values: Readonly<Record<string, AttributeValue>>
}

type Expressed = Pick<PlannedWrite, 'key' | 'action' | 'version' | 'condition'>

/**
 * Builds the expressions of a write: what an update sets and removes, and the condition that its version and
 * the caller's own `if` make together.
 */
export const expressionsOf = ({ key, action, version, condition }: Expressed): Expressions => {
  const sent = typeof condition === 'object' ? condition : undefined
  const names: Record<string, string> = { ...sent?.names }
  const values: Record<string, AttributeValue> = { ...sent?.values }
  const letter = freeLetter([...Object.keys(names), ...Object.keys(values)])
  let namesUsed = 0
  let valuesUsed = 0
  const toName = (name: string): string => {
    const placeholder = `#${letter}${(namesUsed++).toString(36)}`
    names[placeholder] = name
    return placeholder
  }
  const toValue = (value: AttributeValue): string => {
    const placeholder = `:${letter}${(valuesUsed++).toString(36)}`
    values[placeholder] = value
    return placeholder
  }

  const clauses: string[] = []
  if (action.kind === 'update') {
    const set = [...action.set].map(([name, value]) => `${toName(name)}=${toValue(value)}`)
    const remove = [...action.remove].map(toName)
    if (set.length > 0) clauses.push(`SET ${set.join()}`)
    if (remove.length > 0) clauses.push(`REMOVE ${remove.join()}`)
  }

  const conditions: string[] = []
  if (version) {
    const name = toName(version.attribute)
    conditions.push(`(attribute_not_exists(${name}) OR ${name} < ${toValue(version.value)})`)
  }
  if (condition === 'absent' || condition === 'present') {
    const [partitionKey = ''] = key.attributes.keys()
    conditions.push(`attribute_${condition === 'absent' ? 'not_' : ''}exists(${toName(partitionKey)})`)
  } else if (sent) conditions.push(conditions.length > 0 ? inParentheses(sent.expression) : sent.expression)

  return {
    update: clauses.length > 0 ? clauses.join(' ') : undefined,
    condition: conditions.length > 0 ? conditions.join(' AND ') : undefined,
    names,
    values
  }
}

/**
 * What of a write is beyond DynamoDB's expression limits, known before sending. SET and REMOVE are not among the
 * 300 operators that an expression may hold, so the text's length is what an update meets first.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
 */
export const expressionFlaw = (write: Expressed): Flaw | undefined => {
  const { update = '', condition = '', names, values } = expressionsOf(write)
  if (Buffer.byteLength(condition) > maxExpressionBytes)
    return new Flaw(
      'invalid_options',
      'option if: the expression is longer than the 4 KB that DynamoDB takes'
    )
  const { action } = write
  const isUpdate = action.kind === 'update'
  if (isUpdate && update.length > maxExpressionBytes)
    return new Flaw(
      'unsupported_value',
      `an update of ${action.set.size + action.remove.size} attributes is beyond DynamoDB's expression limits: use mode 'put'`
    )
  if (substitutedBytes(names, values) > maxExpressionValueBytes)
    return isUpdate
      ? new Flaw('item_too_large', "the update names more than the 2 MB that DynamoDB takes: use mode 'put'")
      : new Flaw('invalid_options', 'option if: its values are more than the 2 MB that DynamoDB takes')
  return undefined
}

const substitutedBytes = (names: Expressions['names'], values: Expressions['values']): number => {
  let bytes = 0
  for (const name of Object.values(names)) bytes += Buffer.byteLength(name)
  for (const value of Object.values(values)) bytes += valueBytes(value)
  return bytes
}

/** DynamoDB refuses parentheses around what stands in parentheses already, as redundant. */
const inParentheses = (expression: string): string => {
  const text = expression.trim()
  let depth = 0
  for (const [at, letter] of [...text].entries()) {
    if (letter === '(') depth += 1
    if (letter === ')') depth -= 1
    if (depth === 0) return at === text.length - 1 && text.startsWith('(') ? text : `(${text})`
  }
  return `(${text})`
}

/** Our placeholders start with as many `P` as keep them apart from the caller's own. */
const freeLetter = (taken: readonly string[]): string => {
  let letter = ''
  while (
    taken.some(
      (name) => name.slice(1).startsWith(letter) && /^[0-9a-z]*$/.test(name.slice(1 + letter.length))
    )
  )
    letter += 'P'
  return letter
}
