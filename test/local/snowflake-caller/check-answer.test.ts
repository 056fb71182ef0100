import { describe, expect, it } from 'vitest'
import { checkAnswer } from '../../../api/local/snowflake-caller/check-answer.ts'
import { push } from './push.ts'

const check = (text: string, rowCount = 2) => checkAnswer(push, text, rowCount)

describe('an answer to two rows', () => {
  it('is taken apart into one value a row, digits as sent', () => {
    expect(check('{"data": [[0, {"n": 12345678901234567890123456789012345678}], [1, null]]}')).toEqual([
      '{"n":12345678901234567890123456789012345678}',
      'null'
    ])
  })

  it.each(['', 'oops', '{"data":[[0,1],[1,NaN]]}', '{"data":[[0,1],[1,2]]', '{"data":[[0,1],[1,2]]} x'])(
    'is refused when it is not JSON: %j',
    (text) => expect(() => check(text)).toThrow('PUSH_TO_DYNAMO. Error: Error parsing JSON: Invalid response')
  )

  it.each(['[]', 'null', '"data"', '{}', '{"data":{}}', '{"data":null}', '{"DATA":[[0,1],[1,2]]}'])(
    'is refused when there is no data array: %s',
    (text) =>
      expect(() => check(text)).toThrow(
        'Error parsing JSON response for external function PUSH_TO_DYNAMO. ' +
          'Error: top-level JSON object must contain "data" JSON array element'
      )
  )

  it.each([
    ['none', '{"data":[]}', 0],
    ['too few', '{"data":[[0,1]]}', 1],
    ['too many', '{"data":[[0,1],[1,2],[2,3]]}', 3]
  ])('is refused with the wrong number of rows: %s', (_, text, came) => {
    expect(() => check(text)).toThrow(
      `Function received the wrong number of rows: 2 were sent, ${came} came back`
    )
  })

  it.each([
    ['turned round', '{"data":[[1,1],[0,2]]}'],
    ['counted from 1', '{"data":[[1,1],[2,2]]}'],
    ['one row twice', '{"data":[[0,1],[0,2]]}'],
    ['a gap', '{"data":[[0,1],[2,2]]}'],
    ['not whole', '{"data":[[0,1],[1.0,2]]}']
  ])('is refused with row numbers that do not ascend from 0: %s', (_, text) => {
    expect(() => check(text)).toThrow('Row numbers out of order')
  })

  it.each([
    ['no value', '{"data":[[0,1],[1]]}'],
    ['two values', '{"data":[[0,1],[1,2,3]]}'],
    ['nothing', '{"data":[[0,1],[]]}'],
    ['no array', '{"data":[[0,1],{"1":2}]}'],
    ['a row number in quotes', '{"data":[[0,1],["1",2]]}']
  ])('is refused when a row is not [number, value]: %s', (_, text) => {
    expect(() => check(text)).toThrow('Error parsing JSON: Invalid response: row 1 of the answer')
  })
})
