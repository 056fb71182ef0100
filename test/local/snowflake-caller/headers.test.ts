import { describe, expect, it } from 'vitest'
import { batchHeaders } from '../../../api/local/snowflake-caller/headers.ts'
import { push } from './push.ts'

const headersOf = (given: Partial<Parameters<typeof batchHeaders>[1]> = {}) =>
  batchHeaders(push, { queryId: 'q', compression: 'gzip', context: {}, constants: {}, ...given })('q:1:1:0:0')

const base64 = (text: string) => Buffer.from(text).toString('base64')

describe('the headers of a batch', () => {
  it('are those of the real capture', () => {
    expect(headersOf()).toEqual({
      accept: '*/*',
      'accept-encoding': 'gzip',
      'content-encoding': 'gzip',
      'content-type': 'application/json',
      'user-agent': 'snowflake/1.0',
      'sf-external-function-format': 'json',
      'sf-external-function-format-version': '1.0',
      'sf-external-function-current-query-id': 'q',
      'sf-external-function-query-batch-id': 'q:1:1:0:0',
      'sf-external-function-name': 'PUSH_TO_DYNAMO',
      'sf-external-function-name-base64': base64('PUSH_TO_DYNAMO'),
      'sf-external-function-signature': '(TABLE_NAME VARCHAR, ITEM OBJECT)',
      'sf-external-function-signature-base64': base64('(TABLE_NAME VARCHAR, ITEM OBJECT)'),
      'sf-external-function-return-type': 'VARIANT',
      'sf-external-function-return-type-base64': 'VkFSSUFOVA=='
    })
  })

  it('name no encoding with COMPRESSION = NONE', () => {
    const headers = headersOf({ compression: 'none' })

    expect(headers).not.toHaveProperty('accept-encoding')
    expect(headers).not.toHaveProperty('content-encoding')
  })

  it('carry the constants of HEADERS', () => {
    expect(headersOf({ constants: { 'push-tables': 'orders' } })).toHaveProperty(
      'sf-custom-push-tables',
      'orders'
    )
  })

  it('carry context values with an exact twin', () => {
    expect(headersOf({ context: { CURRENT_USER: 'ADA' } })).toMatchObject({
      'sf-context-current-user': 'ADA',
      'sf-context-current-user-base64': base64('ADA')
    })
  })

  it.each([
    ['Zoë', 'Zo '],
    ['李明 Ming', '  Ming'],
    ['a\r\nb', 'a b'],
    ['x🙂🙂y', 'x y']
  ])('turn each run that a header cannot carry into one space: %j', (user, plain) => {
    expect(headersOf({ context: { CURRENT_USER: user } })).toMatchObject({
      'sf-context-current-user': plain,
      'sf-context-current-user-base64': base64(user)
    })
  })
})
