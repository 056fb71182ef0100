import { describe, expect, it } from 'vitest'
import { type ArgumentCounts, decodeBatch as decodeBytes, maxBatchRows } from '../../api/decode/batch.ts'
import { BatchError } from '../../api/decode/batch-error.ts'
import { JsonNumber, JsonObject } from '../../api/json/json-value.ts'

const push = { least: 2, most: 3 }

const decodeBatch = (text: string, counts: ArgumentCounts) =>
  decodeBytes(Buffer.from(text), counts).map((row) => row.map((arg) => arg.value()))

const refusal = (text: string, counts = push): { code: string; message: string } => {
  try {
    decodeBatch(text, counts)
  } catch (error) {
    if (error instanceof BatchError) return { code: error.code, message: error.message }
    throw error
  }
  throw new Error('it was taken')
}

describe("a body in Snowflake's form", () => {
  it('gives the arguments of each row, in row order', () => {
    const rows = decodeBatch('{"data":[[0,"orders",{"id":"a"}],[1,"orders",null,{}]]}', push)

    expect(rows).toEqual([
      ['orders', new JsonObject([['id', 'a']])],
      ['orders', null, new JsonObject()]
    ])
  })

  it('may be pretty-printed and hold other members', () => {
    expect(decodeBatch(' {\n "more": 1,\r\n\t"data" : [ [ 0 , "t" , 7 ] ] } \n', push)).toEqual([
      ['t', new JsonNumber('7')]
    ])
  })

  it.each([
    '{"data":[[0,"t",{}],[1,"t",{"a":[1]},{}]]}',
    ' { "data" : [ [ 0 , "t" , { } ] , [ 1 , "t" , { "a" : [ 1 ] } , { } ] ] } ',
    '{"more":[],"data":[[0,"t",{}],[1,"t",{"a":[1]},{}]]}',
    '{"d\\u0061ta":[[0,"t",{}],[1,"t",{"a":[1]},{}]]}'
  ])('comes to the same rows in any spelling: %s', (text) => {
    expect(decodeBatch(text, push)).toEqual([
      ['t', new JsonObject()],
      ['t', new JsonObject([['a', [new JsonNumber('1')]]]), new JsonObject()]
    ])
  })

  it('may hold no rows', () => {
    expect(decodeBatch('{"data":[]}', push)).toEqual([])
  })

  it('may hold as many rows as can be answered', () => {
    const rows = Array.from({ length: maxBatchRows }, (_, n) => `[${n},0,0]`)

    expect(decodeBatch(`{"data":[${rows}]}`, push)).toHaveLength(maxBatchRows)
    expect(refusal(`{"data":[${rows},[${maxBatchRows},0,0]]}`)).toEqual({
      code: 'batch_too_large',
      message: 'The batch has 50001 rows, at most 50000 can be answered: set MAX_BATCH_ROWS = 500.'
    })
  })
})

describe('a body that is not the protocol', () => {
  it.each([
    ['', 'the text ends too early at character 1'],
    ['{"data":[[0,"t",{"a":None}]]}', 'something that is not a JSON value at character 22'],
    ['{"data":[[NaN,"t",{}]]}', 'row 0 does not carry row number 0'],
    ['NaN', 'the body is not a JSON object'],
    ['{"data":[[0,"t",{"a":', 'the text ends too early at character 22'],
    ['[[0,"t",{}]]', 'the body is not a JSON object'],
    ['"data"', 'the body is not a JSON object'],
    ['{"rows":[]}', 'the body has no "data" array'],
    ['{"data":{"0":[]}}', 'the body has no "data" array'],
    ['{"data":[],"data":[]}', 'the body has a member twice'],
    ['{"data":[{"0":"t"}]}', 'row 0 is not an array'],
    ['{"data":[[1,"t",{}]]}', 'row 0 does not carry row number 0'],
    ['{"data":[[0,"t",{}],[0,"t",{}]]}', 'row 1 does not carry row number 1'],
    ['{"data":[["0","t",{}]]}', 'row 0 does not carry row number 0'],
    ['{"data":[[0.0,"t",{}]]}', 'row 0 does not carry row number 0'],
    ['{"data":[[]]}', 'row 0 does not carry row number 0'],
    ['{"data":[[0,"t"]]}', 'row 0 has 1 arguments, this function takes 2 or 3'],
    ['{"data":[[0,"t",{},{},{}]]}', 'row 0 has 4 arguments, this function takes 2 or 3']
  ])('is refused as a whole with the reason: %s', (text, reason) => {
    expect(refusal(text)).toEqual({
      code: 'malformed_batch',
      message: `The batch cannot be read, nothing was written: ${reason}.`
    })
  })

  it('names the one count of a function that takes no options', () => {
    expect(refusal('{"data":[[0,"t",{},{}]]}', { least: 2, most: 2 }).message).toContain(
      'row 0 has 3 arguments, this function takes 2.'
    )
  })

  it('is told in 200 characters, none of them from the rows', () => {
    const { message } = refusal(`{"data":[[0,"secret",{"secret":"${'secret'.repeat(99)}"},],]}`)
    expect(message.length).toBeLessThan(200)
    expect(message).not.toContain('secret')
  })
})

describe('JSON that only DynamoDB cannot hold', () => {
  it.each(['{"a":1,"a":2}', '{"":1}', '{"a":"\\ud800"}', `${'['.repeat(100)}${']'.repeat(100)}`])(
    'is left to its row: %s',
    (item) => expect(decodeBatch(`{"data":[[0,"t",${item}]]}`, push)).toHaveLength(1)
  )
})
