import type { AttributeValue } from '@aws-sdk/client-dynamodb'
import { setMember } from './attribute.ts'
import { maxExpressionBytes, maxExpressionOperators, maxExpressionValueBytes } from './limits.ts'
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
  let used = 0
  const toName = (name: string): string => {
    const placeholder = `#${letter}${(used++).toString(36)}`
    names[placeholder] = name
    return placeholder
  }
  const toValue = (value: AttributeValue): string => {
    const placeholder = `:${letter}${(used++).toString(36)}`
    setMember(values, placeholder, value)
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
  } else if (sent) conditions.push(conditions.length > 0 ? `(${sent.expression})` : sent.expression)

  return {
    update: clauses.length > 0 ? clauses.join(' ') : undefined,
    condition: conditions.length > 0 ? conditions.join(' AND ') : undefined,
    names,
    values
  }
}

/** What of a write is beyond DynamoDB's expression limits, known before sending. */
export const expressionFlaw = (write: Expressed, valueBytes: number): Flaw | undefined => {
  const { update = '', condition = '' } = expressionsOf(write)
  if (Buffer.byteLength(condition) > maxExpressionBytes)
    return new Flaw(
      'invalid_options',
      'option if: the expression is longer than the 4 KB that DynamoDB takes'
    )
  if (write.action.kind !== 'update') return undefined
  const operators = write.action.set.size + write.action.remove.size
  if (Buffer.byteLength(update) > maxExpressionBytes || operators > maxExpressionOperators)
    return new Flaw(
      'unsupported_value',
      `an update of ${operators} attributes is beyond DynamoDB's expression limits: use mode 'put'`
    )
  if (valueBytes > maxExpressionValueBytes)
    return new Flaw(
      'item_too_large',
      "the update carries more than the 2 MB that DynamoDB takes: use mode 'put'"
    )
  return undefined
}

/** Our placeholders start with as many `p` as keep them apart from the caller's own. */
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
