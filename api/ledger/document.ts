/** A record of our own as JavaScript values: text, finite numbers, booleans, null, lists and plain objects of them. */
export type Document = Readonly<Record<string, unknown>>

/**
 * A record in DynamoDB's JSON, the same as the SDK's document client stores; members that are undefined are left out.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_AttributeValue.html
 *
 * @throws TypeError for what no record holds, such as a date, or a number that JavaScript has lost digits of
 */
export const documentText = (document: object): string => {
  const members: string[] = []
  for (const [name, value] of Object.entries(document))
    if (value !== undefined) members.push(`${JSON.stringify(name)}:${valueText(value)}`)
  return `{${members.join()}}`
}

const valueText = (value: unknown): string => {
  switch (typeof value) {
    case 'string':
      return `{"S":${JSON.stringify(value)}}`
    case 'number':
      if (Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) return `{"N":"${value}"}`
      throw new TypeError('a record of the ledger holds no such number')
    case 'boolean':
      return `{"BOOL":${value}}`
    case 'object':
      if (value === null) return '{"NULL":true}'
      if (Array.isArray(value))
        return `{"L":[${value
          .filter((member) => member !== undefined)
          .map(valueText)
          .join()}]}`
      if (isPlain(value)) return `{"M":${documentText(value)}}`
  }
  throw new TypeError(`a record of the ledger holds no ${typeof value} like this`)
}

const isPlain = (value: object): boolean => {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** The record in an item of DynamoDB's JSON. */
export const documentOf = (item: object): Document =>
  Object.fromEntries(Object.entries(item).map(([name, attribute]) => [name, nativeOf(attribute)]))

/** Kinds that this version never writes stay as they came: the record's form will tell that it is of a later one. */
const nativeOf = (attribute: object): unknown => {
  const [[kind, held] = []] = Object.entries(attribute) as ReadonlyArray<readonly [string, unknown]>
  switch (kind) {
    case 'S':
    case 'BOOL':
      return held
    case 'N':
      return Number(held)
    case 'NULL':
      return null
    case 'L':
      return (held as readonly object[]).map(nativeOf)
    case 'M':
      return documentOf(held as object)
    default:
      return attribute
  }
}
