import { BatchWriteItemCommand } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import type { PlannedWrite } from '../../api/plan/planned-write.ts'
import { dynamodbClient } from '../../api/runtime/dynamodb-client.ts'
import { callFailure } from '../../api/write/call-failure.ts'
import type { CallFailure } from '../../api/write/write-port.ts'
import { type ScriptedReply, scriptedService } from '../support/scripted-service.ts'

const command = new BatchWriteItemCommand({
  RequestItems: { orders: [{ PutRequest: { Item: { id: { S: 'secret row' } } } }] }
})

/** What a real SDK error becomes: the reply goes over a real connection. */
const failureOf = async (reply: ScriptedReply, timeoutMs = 2_000): Promise<CallFailure> => {
  await using service = await scriptedService(() => reply)
  return await sendTo(service.url, timeoutMs)
}
const sendTo = async (url: string, timeoutMs = 2_000, abortSignal = new AbortController().signal) =>
  callFailure(await errorOf(url, timeoutMs, abortSignal))
const errorOf = async (url: string, timeoutMs: number, abortSignal: AbortSignal): Promise<unknown> => {
  const client = dynamodbClient(url, timeoutMs)
  try {
    await client.send(command, { abortSignal })
  } catch (error) {
    return error
  } finally {
    client.destroy()
  }
  throw new Error('the call did not fail')
}
const refusal = (type: string, message = '', more = {}): ScriptedReply => ({
  status: 400,
  headers: { 'content-type': 'application/x-amz-json-1.0' },
  body: JSON.stringify({ __type: `com.amazonaws.dynamodb.v20120810#${type}`, message, ...more })
})
const invalid = (message: string) => failureOf(refusal('ValidationException', message))
/** As `invalid`, of a call that carried a write with this condition. */
const invalidWith = async (condition: PlannedWrite['condition'], message: string) => {
  await using service = await scriptedService(() => refusal('ValidationException', message))
  return callFailure(await errorOf(service.url, 2_000, new AbortController().signal), condition)
}

describe('a call that DynamoDB refuses for now', () => {
  it.each(['ThrottlingException', 'ProvisionedThroughputExceededException', 'RequestLimitExceeded'])(
    '%s gives the reason that DynamoDB names',
    async (name) => {
      const reason = 'TableWriteKeyRangeThroughputExceeded'
      const reasons = { ThrottlingReasons: [{ reason }], throttlingReasons: [{ reason }] }
      expect(await failureOf(refusal(name, 'slow', reasons))).toMatchObject({
        kind: 'refused',
        reason: `DynamoDB throttles (${reason})`
      })
    }
  )

  it('names itself where no reason is given', async () => {
    expect(await failureOf(refusal('ThrottlingException'))).toMatchObject({
      kind: 'refused',
      reason: 'DynamoDB throttles (ThrottlingException)'
    })
  })

  it.each(['TransactionConflictException', 'ReplicatedWriteConflictException'])(
    '%s is refused too',
    async (name) => {
      expect(await failureOf(refusal(name))).toMatchObject({ kind: 'refused' })
    }
  )

  it('was not sent at all when nobody listens', async () => {
    expect(await sendTo('http://127.0.0.1:1')).toMatchObject({
      kind: 'refused',
      reason: 'no connection to DynamoDB (ECONNREFUSED)'
    })
  })
})

describe('a call whose answer says nothing for sure', () => {
  it.each<readonly [string, ScriptedReply]>([
    ['500 InternalServerError', { status: 500, body: '{"__type":"InternalServerError"}' }],
    ['503', { status: 503, body: 'secret row' }],
    ['a broken connection', 'reset'],
    ['200 with a text that is not JSON', { body: '<p>secret row</p>' }],
    ['an unknown 400', { status: 400, body: '{}' }]
  ])('is lost: %s', async (_what, reply) => {
    const failure = await failureOf(reply)
    expect(failure.kind).toBe('lost')
    expect(JSON.stringify(failure)).not.toContain('secret')
  })

  it('is lost when no answer comes in time', async () => {
    expect(await failureOf('silence', 50)).toMatchObject({ kind: 'lost' })
  })

  it('is lost when the deadline strikes, and says so', async () => {
    const deadline = new AbortController()
    await using service = await scriptedService(() => {
      deadline.abort()
      return 'silence'
    })
    expect(await sendTo(service.url, 20_000, deadline.signal)).toEqual({
      kind: 'lost',
      reason: 'DynamoDB had not answered by then'
    })
  })
})

describe('a call that is not allowed', () => {
  it.each([
    'AccessDeniedException',
    'UnrecognizedClientException',
    'ExpiredTokenException',
    'InvalidSignatureException'
  ])('%s is denied and says where to look', async (name) => {
    const failure = await failureOf(refusal(name, 'User: secret row is not authorized'))
    expect(failure).toMatchObject({ kind: 'denied', reason: expect.stringContaining(name) })
    expect(JSON.stringify(failure)).not.toContain('secret')
  })
})

describe('a call to a table that is not there', () => {
  it('is about the table', async () => {
    expect(await failureOf(refusal('ResourceNotFoundException'))).toEqual({ kind: 'no_table' })
  })
})

describe('a call that DynamoDB can never take', () => {
  // Texts of three engines; each must be understood behind any words of the engine's own.
  it.each([
    ['Item size has exceeded the maximum allowed size', 'item_too_large'],
    ['Item size to update has exceeded the maximum allowed size', 'item_too_large'],
    [
      'One or more parameter values were invalid: Size of hashkey has exceeded the maximum size limit of2048 bytes',
      'invalid_key'
    ],
    [
      'One or more parameter values were invalid: Aggregated size of all range keys has exceeded the size limit of 1024 bytes',
      'invalid_key'
    ],
    [
      'Hash primary key values must be under 2048 bytes, and range primary key values must be under 1024 bytes',
      'invalid_key'
    ],
    [
      'One or more parameter values are not valid. The AttributeValue for a key attribute cannot contain an empty string value. Key: id',
      'invalid_key'
    ],
    ['One or more parameter values were invalid: Size limit exceeded', 'invalid_key'],
    [
      'Number overflow. Attempting to store a number with magnitude larger than supported range',
      'number_out_of_range'
    ],
    ['Attempting to store more than 38 significant digits in a Number', 'number_out_of_range'],
    ['DynamoDB only supports precision up to 38 digits', 'number_out_of_range'],
    ['The parameter cannot be converted to a numeric value: secret row', 'number_out_of_range'],
    ['A value provided cannot be converted into a number', 'number_out_of_range'],
    ['Invalid UpdateExpression: Expression size has exceeded the maximum allowed size;', 'unsupported_value'],
    [
      'One or more parameter values were invalid: Input collection [secret row] contains duplicates.',
      'unsupported_value'
    ],
    ['Nesting Levels have exceeded supported limits', 'unsupported_value']
  ])('%s → %s', async (message, code) => {
    for (const text of [message, `1 validation error detected: ${message}`]) {
      const failure = await invalid(text)
      expect(failure).toMatchObject({ kind: 'invalid', isAboutKeys: false, flaw: { code } })
      expect(JSON.stringify(failure)).not.toContain('secret')
    }
  })

  it.each([
    'Invalid ConditionExpression: Syntax error; token: "secret row"',
    'Invalid ConditionExpression: Syntax error; token: "Item size has exceeded"',
    'Invalid ConditionExpression: Expression size has exceeded the maximum allowed size; expression size: 4097',
    '1 validation error detected: Invalid ConditionExpression: Invalid function name; function: secret',
    'Value provided in ExpressionAttributeNames unused in expressions: keys: {#1}',
    'ExpressionAttributeNames contains invalid key: The expression attribute map contains a key that is too long; size of key: 256',
    'An expression attribute name used in the document path is not defined; attribute name: #secret',
    'words that nobody knows yet, about secret things'
  ])("is about the condition, where the call carried one of the caller's: %s", async (message) => {
    const condition = { expression: 'a = :a', names: {}, values: {} }
    const failure = await invalidWith(condition, message)
    expect(failure).toMatchObject({
      kind: 'invalid',
      isAboutKeys: false,
      flaw: { code: 'invalid_options', message: expect.stringContaining('option if') }
    })
    expect(JSON.stringify(failure)).not.toContain('secret')
    for (const ours of ['absent', 'present', undefined] as const)
      expect(await invalidWith(ours, message)).not.toMatchObject({ flaw: { code: 'invalid_options' } })
  })

  it.each([
    ['Invalid ConditionExpression: Syntax error; token: "secret", near: "= secret ="', ' (Syntax error)'],
    [
      'Invalid ConditionExpression: Attribute name is a reserved keyword; reserved keyword: status',
      ' (Attribute name is a reserved keyword; reserved keyword status)'
    ],
    [
      'Invalid ConditionExpression: An expression attribute value used in expression is not defined; attribute value: :v',
      ' (An expression attribute value used in expression is not defined; attribute value :v)'
    ],
    [
      'Invalid ConditionExpression: Incorrect operand type for operator or function; operator: <, operand type: BOOL',
      ' (Incorrect operand type for operator or function; operator <; operand type BOOL)'
    ],
    [
      'Value provided in ExpressionAttributeValues unused in expressions: keys: {:a, :b}',
      ' (Value provided in ExpressionAttributeValues unused in expressions: :a, :b)'
    ]
  ])('says what DynamoDB says of the condition, without its values: %s', async (text, reason) => {
    const failure = await invalidWith({ expression: 'a = :a', names: {}, values: {} }, text)
    expect(failure).toMatchObject({ flaw: { message: expect.stringMatching(/option if/) } })
    expect(JSON.stringify(failure)).toContain(reason)
    expect(JSON.stringify(failure)).not.toContain('secret')
  })

  it.each([
    ['Item size to update has exceeded the maximum allowed size', 'item_too_large'],
    [
      'One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byg',
      'key_type'
    ],
    ['1 validation error detected: Number overflow.', 'number_out_of_range']
  ])(
    'is about the item where its text says so, whatever condition went with it: %s',
    async (message, code) => {
      const condition = { expression: 'a = :a', names: {}, values: {} }
      expect(await invalidWith(condition, message)).toMatchObject({ kind: 'invalid', flaw: { code } })
    }
  )

  it.each([
    'The provided key element does not match the schema',
    'One or more parameter values were invalid: Type mismatch for key pk expected: S actual: N',
    'One or more parameter values were invalid: Type mismatch for Index Key g Expected: S Actual: N IndexName: byg',
    'One or more parameter values were invalid: Missing the key id in the item',
    'One of the required keys was not given a value',
    'The number of conditions on the keys is invalid',
    'Provided list of item keys contains duplicates',
    'Invalid attribute value type',
    'One or more parameter values were invalid: Cannot update attribute id. This attribute is part of the key'
  ])('may mean that the table is another one: %s', async (message) => {
    expect(await invalid(message)).toMatchObject({
      kind: 'invalid',
      isAboutKeys: true,
      flaw: { code: 'key_type' }
    })
  })

  it('is too large for a request when DynamoDB answers 413', async () => {
    expect(await failureOf({ status: 413 })).toMatchObject({
      kind: 'invalid',
      flaw: { code: 'item_too_large' }
    })
  })

  it('is too large when the partition of a local index is full', async () => {
    expect(await failureOf(refusal('ItemCollectionSizeLimitExceededException'))).toMatchObject({
      kind: 'invalid',
      flaw: { code: 'item_too_large' }
    })
  })
})
