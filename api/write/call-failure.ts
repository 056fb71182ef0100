import { Flaw, type RejectCode } from '../plan/row-result.ts'
import type { CallFailure } from './write-port.ts'

interface SdkError {
  readonly name?: string
  readonly message?: string
  readonly code?: string
  readonly $metadata?: { readonly httpStatusCode?: number }
  readonly ThrottlingReasons?: ReadonlyArray<{ readonly reason?: string }>
  /** ThrottlingException spells it so. */
  readonly throttlingReasons?: ReadonlyArray<{ readonly reason?: string }>
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
/** What the wire calls a request of which no byte has left. */
const notSent = 'NotSent'

/**
 * An error of the AWS SDK or of the wire as what it means for the writes of the call. What is not surely refused may have been
 * taken, and is called lost.
 *
 * Error names: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Programming.Errors.html
 */
export const callFailure = (error: unknown): CallFailure => {
  const {
    name = 'Error',
    message = '',
    code,
    $metadata,
    throttlingReasons,
    ThrottlingReasons = throttlingReasons
  } = (error ?? {}) as SdkError
  const status = $metadata?.httpStatusCode
  if (throttles.has(name)) {
    const why = ThrottlingReasons?.map(({ reason }) => reason).find((reason) => reason !== undefined)
    return { kind: 'refused', reason: `DynamoDB throttles (${why ?? name})`, throttle: why ?? name }
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
  if (name === 'ValidationException' || name === 'SerializationException') return invalid(message)
  if (status === 413)
    return {
      kind: 'invalid',
      isAboutKeys: false,
      flaw: new Flaw('item_too_large', 'the request for this item is over the 16 MB that DynamoDB takes')
    }
  if (code !== undefined && (name === notSent || unconnected.has(code)))
    return { kind: 'refused', reason: `no connection to DynamoDB (${code})` }
  if (name === 'AbortError') return { kind: 'lost', reason: 'DynamoDB had not answered by then' }
  return {
    kind: 'lost',
    reason: `no sure answer from DynamoDB (${status !== undefined && status >= 300 ? status : (code ?? name)})`
  }
}

/** What a text of DynamoDB says of the write, the more certain patterns first; both known engines' wordings. */
const invalidTexts: ReadonlyArray<
  readonly [text: RegExp, code: RejectCode, message: string, isAboutKeys?: boolean]
> = [
  [
    /^Item size (to update )?has exceeded/,
    'item_too_large',
    'the item would be larger than the 400 KB that DynamoDB holds'
  ],
  [
    /Cannot update attribute|does not match the schema|Type mismatch for (Index )?key|Missing the key|required keys was not given|number of conditions on the keys|item keys contains duplicates|Invalid attribute value type/i,
    'key_type',
    'the keys of the item do not match those of the table or of an index',
    true
  ],
  [
    /^(Invalid ConditionExpression|Value provided in ExpressionAttribute|ExpressionAttribute\w+ contains invalid key)/,
    'invalid_options',
    'DynamoDB refuses the condition of option if: check its syntax, names and values'
  ],
  [
    /^(Invalid UpdateExpression|The document path|An operand in the update)/,
    'unsupported_value',
    "DynamoDB refuses the update: use mode 'put'"
  ],
  [
    /Size of hashkey|size of all range keys|Hash primary key values|key attribute cannot contain an empty|invalid: Size limit exceeded/i,
    'invalid_key',
    'DynamoDB refuses a key of the table or of an index: it is empty or too long'
  ],
  [
    /Number (over|under)flow|more than 38 significant|precision up to 38|cannot be converted (in)?to a num/i,
    'number_out_of_range',
    'a number is beyond what DynamoDB holds'
  ]
]

/** DynamoDB's texts may hold values, so only their kind is passed on. */
const invalid = (text: string): CallFailure => {
  const [, code, message, isAboutKeys = false] = invalidTexts.find(([pattern]) => pattern.test(text)) ?? [
    text,
    'unsupported_value' as const,
    'DynamoDB refuses the item (ValidationException)'
  ]
  return { kind: 'invalid', flaw: new Flaw(code, message), isAboutKeys }
}
