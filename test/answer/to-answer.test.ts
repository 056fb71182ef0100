import { describe, expect, it } from 'vitest'
import { maxAnswerBytes, toAnswer, toReadAnswer } from '../../api/answer/to-answer.ts'
import { maxBatchRows } from '../../api/decode/batch.ts'
import { BatchError } from '../../api/decode/batch-error.ts'
import { type RowResult, rejectCodes } from '../../api/plan/row-result.ts'

const sizeInLambda = (answer: string): number => Buffer.byteLength(JSON.stringify(answer))
const rejects = (rows: number, message: string): RowResult[] =>
  Array.from({ length: rows }, () => ({ status: 'rejected', code: 'invalid_options', message }))
const messagesOf = (answer: string): Array<string | undefined> =>
  JSON.parse(answer).data.map(([, { message }]: [number, { message?: string }]) => message)

describe('the answer of a batch', () => {
  it('holds one result a row, numbered in row order', () => {
    const results: RowResult[] = [
      { status: 'written' },
      { status: 'rejected', code: 'missing_key', message: 'key id is NULL' },
      { status: 'stale' },
      { status: 'unprocessed', attempts: 7, message: 'ran out of time' }
    ]
    expect(toAnswer(results)).toBe(
      '{"data":[[0,{"status":"written"}],' +
        '[1,{"status":"rejected","code":"missing_key","message":"key id is NULL"}],' +
        '[2,{"status":"stale"}],' +
        '[3,{"status":"unprocessed","attempts":7,"message":"ran out of time"}]]}'
    )
  })

  it('may be empty', () => {
    expect(toAnswer([])).toBe('{"data":[]}')
  })

  it('keeps a message of 400 characters and cuts a longer one', () => {
    const [whole, cut] = messagesOf(
      toAnswer([...rejects(1, 'x'.repeat(400)), ...rejects(1, 'x'.repeat(401))])
    )
    expect(whole).toBe('x'.repeat(400))
    expect(cut).toBe(`${'x'.repeat(397)}...`)
  })

  it('never cuts a character in half', () => {
    const [even, odd] = messagesOf(
      toAnswer([...rejects(1, `x${'😀'.repeat(300)}`), ...rejects(1, '😀'.repeat(300))])
    )
    expect(even).toBe(`x${'😀'.repeat(198)}...`)
    expect(odd).toBe(`${'😀'.repeat(198)}...`)
  })
})

describe('an answer that would be over 6 MB', () => {
  it.each([
    [20_000, 120],
    [40_000, 40]
  ])('of %i rows has its messages cut to %i characters', (rows, length) => {
    const answer = toAnswer(rejects(rows, 'x'.repeat(400)))

    expect(sizeInLambda(answer)).toBeLessThanOrEqual(maxAnswerBytes)
    expect(messagesOf(answer)).toHaveLength(rows)
    expect(messagesOf(answer)[0]).toHaveLength(length)
  })

  it('loses its messages before it loses a row, and always fits then', () => {
    const longest = rejectCodes.toSorted((a, b) => b.length - a.length)[0] ?? 'missing_key'
    const worst: RowResult = { status: 'rejected', code: longest, message: '"'.repeat(400) }
    const answer = toAnswer(Array.from({ length: maxBatchRows }, () => worst))

    expect(sizeInLambda(answer)).toBeLessThanOrEqual(maxAnswerBytes)
    expect(JSON.parse(answer).data.at(-1)).toEqual([maxBatchRows - 1, { status: 'rejected', code: longest }])
  })
})

describe('the answer of a read', () => {
  it('holds one value a row, as it stands', () => {
    expect(toReadAnswer(['{"n":1.10}', 'null'])).toBe('{"data":[[0,{"n":1.10}],[1,null]]}')
  })

  it('may reach 6 MB as Lambda counts them', () => {
    const frame = sizeInLambda(toReadAnswer(['""']))
    const fill = (bytes: number) => [JSON.stringify('x'.repeat(bytes))]
    expect(sizeInLambda(toReadAnswer(fill(maxAnswerBytes - frame)))).toBe(maxAnswerBytes)
    expect(() => toReadAnswer(fill(maxAnswerBytes - frame + 1))).toThrow(BatchError)
  })

  it('counts what escaping and UTF-8 add', () => {
    const long = JSON.stringify('\u0001'.repeat(maxAnswerBytes / 7 + 10))
    expect(() => toReadAnswer([long])).toThrow(BatchError)
    expect(() => toReadAnswer([`"${'€'.repeat(maxAnswerBytes / 3)}"`])).toThrow(BatchError)
  })

  it('over 6 MB names a MAX_BATCH_ROWS that fits', () => {
    const item = JSON.stringify('x'.repeat(100_000))
    let message = ''
    try {
      toReadAnswer(Array.from({ length: 100 }, () => item))
    } catch (error) {
      if (error instanceof BatchError && error.code === 'answer_too_large') message = error.message
    }
    const [, rows] = /SET MAX_BATCH_ROWS = ([0-9]+)\.$/.exec(message) ?? []

    expect(message).toContain('ALTER FUNCTION get_from_dynamo(VARCHAR, OBJECT)')
    expect(Number(rows)).toBeGreaterThan(40)
    expect(() => toReadAnswer(Array.from({ length: Number(rows) }, () => item))).not.toThrow()
  })
})
