import type { PlannedWrite } from '../plan/planned-write.ts'
import { Flaw, type RejectCode } from '../plan/row-result.ts'
import { throttles } from '../wire/dynamodb-error.ts'
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
 *
 * @param condition that of the write that the call carried, if it carried one alone
 */
export const callFailure = (error: unknown, condition?: PlannedWrite['condition']): CallFailure => {
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
  if (name === 'ValidationException' || name === 'SerializationException')
    return invalid(message, typeof condition === 'object')
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

type Reading = readonly [text: RegExp, code: RejectCode, message: string, isAboutKeys?: boolean]

/**
 * What a text of DynamoDB says of the write, the more certain patterns first. Engines put words of their own before
 * them (`1 validation error detected: …`), so a pattern never asks how a text begins.
 */
const invalidTexts: readonly Reading[] = [
  [
    /Item size (to update )?has exceeded/i,
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
    /Invalid UpdateExpression|document path provided in the update|operand in the update/i,
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

const conditionText: Reading = [
  /ConditionExpression/i,
  'invalid_options',
  'DynamoDB refuses the condition of option if: check its syntax, names and values'
]
const otherText: Reading = [/^/, 'unsupported_value', 'DynamoDB refuses the item (ValidationException)']

const details =
  /\b(operator or function|operator|operand type|reserved keyword|attribute value|attribute name): ([:#]?[\w<>=]{1,64})/g

/**
 * DynamoDB's own words on a condition, in brackets: the kind of fault, and the names and operators that it tells.
 * What it repeats of the expression (`token`, `near`) may hold anything and is left out.
 */
const conditionReason = (text: string): string => {
  const [, fault] = /Invalid (?:\w*Expression): ([A-Z][A-Za-z ,'-]{1,120}?)(?=[;.:(]|$)/.exec(text) ?? []
  const unused = /(Value provided in Expression\w+ unused in expressions): keys: \{([:#\w, ]{1,200})\}/.exec(
    text
  )
  if (unused) return ` (${unused[1]}: ${unused[2]})`
  if (fault === undefined) return ''
  const told = [...text.matchAll(details)].map(([, what, name]) => `${what} ${name}`)
  return ` (${[fault, ...told].join('; ')})`
}

/**
 * What is known of the call counts before its text: items are checked before they are sent, while a condition of the
 * caller's goes as it was written. So whatever does not surely speak of the item is said of the condition, if there
 * is one. DynamoDB's texts may hold values, so only their kind is passed on.
 */
const invalid = (text: string, hasOwnCondition: boolean): CallFailure => {
  const readings = hasOwnCondition ? [conditionText, ...invalidTexts] : invalidTexts
  const reading =
    readings.find(([pattern]) => pattern.test(text)) ?? (hasOwnCondition ? conditionText : otherText)
  const [, code, message, isAboutKeys = false] = reading
  const why = reading === conditionText ? conditionReason(text) : ''
  return { kind: 'invalid', flaw: new Flaw(code, `${message}${why}`), isAboutKeys }
}
