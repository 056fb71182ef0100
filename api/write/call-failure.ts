import { Flaw } from '../plan/row-result.ts'
import type { CallFailure } from './write-port.ts'

interface SdkError {
  readonly name?: string
  readonly message?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly ThrottlingReasons?: ReadonlyArray<{ readonly reason?: string }>
}

const throttles = new Set([
  'ProvisionedThroughputExceededException',
  'ThrottlingException',
  'Throttling',
  'RequestLimitExceeded',
  'LimitExceededException',
  'TooManyRequestsException',
  'SlowDown'
])
const refusals = new Set([
  'TransactionConflictException',
  'TransactionInProgressException',
  'ReplicatedWriteConflictException',
  'ResourceInUseException'
])
const denials = new Set([
  'AccessDeniedException',
  'UnrecognizedClientException',
  'InvalidSignatureException',
  'MissingAuthenticationToken',
  'MissingAuthenticationTokenException',
  'IncompleteSignatureException',
  'IncompleteSignature',
  'ExpiredTokenException',
  'InvalidClientTokenId',
  'CredentialsProviderError'
])
/** No byte of the request can have been worked on. */
const unconnected = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])

/**
 * An error of the AWS SDK as what it means for the writes of the call. What is not surely refused may have been
 * taken, and is called lost.
 *
 * Error names: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const callFailure = (error: unknown): CallFailure => {
  const { name = 'Error', message = '', code, $metadata, ThrottlingReasons } = (error ?? {}) as SdkError
  const status = $metadata?.httpStatusCode
  if (throttles.has(name)) {
    const why = ThrottlingReasons?.map(({ reason }) => reason).find((reason) => reason !== undefined)
    return { kind: 'refused', reason: `DynamoDB throttles (${why ?? name})` }
  }
  if (refusals.has(name)) return { kind: 'refused', reason: `DynamoDB is busy with the item (${name})` }
  if (denials.has(name))
    return {
      kind: 'denied',
      reason: `DynamoDB does not allow it (${name}): check the role's policy and credentials`
    }
  if (name === 'ResourceNotFoundException') return { kind: 'no_table' }
  if (name === 'ItemCollectionSizeLimitExceededException')
    return {
      kind: 'invalid',
      isAboutKeys: false,
      flaw: new Flaw(
        'item_too_large',
        'the partition has a local index and holds 10 GB, the most that DynamoDB takes'
      )
    }
  if (name === 'ValidationException') return invalid(message)
  if (code !== undefined && unconnected.has(code))
    return { kind: 'refused', reason: `no connection to DynamoDB (${code})` }
  return {
    kind: 'lost',
    reason: `no sure answer from DynamoDB (${status !== undefined && status >= 300 ? status : (code ?? name)})`
  }
}

/** DynamoDB's texts may hold values, so only their kind is passed on. */
const invalid = (message: string): CallFailure => {
  const flaw = (code: Flaw['code'], text: string, isAboutKeys = false): CallFailure => ({
    kind: 'invalid',
    flaw: new Flaw(code, text),
    isAboutKeys
  })
  if (/item size|maximum allowed size|exceeded.*size/i.test(message))
    return flaw('item_too_large', 'the item would be larger than the 400 KB that DynamoDB holds')
  if (
    /Type mismatch for (Index )?Key|does not match the schema|Key element does not match|Missing the key/i.test(
      message
    )
  )
    return flaw('key_type', "the key does not match the table's key schema", true)
  if (/empty string value|empty binary value|Size of (hashkey|rangekey)|key.*(length|size)/i.test(message))
    return flaw('invalid_key', 'DynamoDB refuses the key: it is empty or too long')
  if (/magnitude|significant digits|numeric value|number overflow|number underflow/i.test(message))
    return flaw('number_out_of_range', 'a number is beyond what DynamoDB holds')
  if (
    /ConditionExpression|ExpressionAttribute(Names|Values)/i.test(message) &&
    !/UpdateExpression/.test(message)
  )
    return flaw(
      'invalid_options',
      'DynamoDB refuses the condition of option if: check its syntax, names and values'
    )
  if (/expression/i.test(message))
    return flaw('unsupported_value', "DynamoDB refuses the update: use mode 'put'")
  return flaw('unsupported_value', 'DynamoDB refuses the item (ValidationException)')
}
