import type { AttributeValue, ConsumedCapacity } from '@aws-sdk/client-dynamodb'
import { type Expressions, expressionsOf } from '../plan/expression.ts'
import type { PlannedWrite } from '../plan/planned-write.ts'
import { attributeText, keyWire, type Wire, wireOf } from '../plan/wire.ts'
import { type AttributeRecord, readItem } from '../wire/answer-item.ts'
import type { Answer } from '../wire/answer-reader.ts'
import { dynamodbError } from '../wire/dynamodb-error.ts'
import type { DynamodbWire } from '../wire/dynamodb-wire.ts'
import type { RequestBuffer } from '../wire/request-buffer.ts'
import type { BatchGetAnswer, BatchWriteAnswer, DynamodbCalls } from './dynamodb-calls.ts'

/**
 * Calls by the lean wire: the body is written straight into the memory that the socket sends. Tables that the wire
 * cannot reach as the SDK would are left to the other calls.
 */
// biome-ignore lint/complexity/noExcessiveLinesPerFunction: one closure over the wire, a short function for each operation
export const wireCalls = (wire: DynamodbWire, others: DynamodbCalls): DynamodbCalls => {
  const call = async (
    operation: string,
    table: string,
    fill: (buffer: RequestBuffer) => void,
    signal: AbortSignal
  ): Promise<{ readonly answer: Answer; readonly body: Record<string, unknown> }> => {
    const answer = await wire.call(operation, table, fill, signal)
    if (answer.status !== 200) throw dynamodbError(answer)
    const body: unknown = JSON.parse(answer.body.toString('utf8'))
    if (typeof body !== 'object' || body === null) throw new SyntaxError('not an answer of DynamoDB')
    return { answer, body: body as Record<string, unknown> }
  }

  return {
    async batchWrite(table, writes, signal) {
      if (!(await wire.takes(table))) return others.batchWrite(table, writes, signal)
      const fill = (buffer: RequestBuffer): void => {
        buffer.text(`{"RequestItems":{${JSON.stringify(table)}:[`)
        for (let n = 0; n < writes.length; n += 1) {
          const write = writes[n] as PlannedWrite
          if (n > 0) buffer.all(comma)
          buffer.all(write.action.kind === 'put' ? putStart : deleteStart)
          writeSpan(buffer, wireOf(write))
          buffer.all(writeEnd)
        }
        buffer.text(`]},${totals}}`)
      }
      const { body } = await call('BatchWriteItem', table, fill, signal)
      const answer = body as BatchWriteAnswer
      for (const request of Object.values(answer.UnprocessedItems ?? {}).flat())
        readItem(request.PutRequest?.Item ?? request.DeleteRequest?.Key ?? {})
      return answer
    },

    async writeItem(table, write, signal) {
      if (!(await wire.takes(table))) return others.writeItem(table, write, signal)
      const { answer, body } = await call(
        operations[write.action.kind],
        table,
        fillWrite(table, write),
        signal
      )
      return { ConsumedCapacity: body.ConsumedCapacity as ConsumedCapacity, requestId: answer.requestId }
    },

    async batchGet(table, keys, signal) {
      if (!(await wire.takes(table))) return others.batchGet(table, keys, signal)
      const fill = (buffer: RequestBuffer): void => {
        buffer.text(`{"RequestItems":{${JSON.stringify(table)}:{"Keys":[`)
        for (const [n, key] of keys.entries()) {
          if (n > 0) buffer.text(',')
          writeSpan(buffer, keyWire(key))
        }
        buffer.text(`],"ConsistentRead":true}},${totals}}`)
      }
      const { body } = await call('BatchGetItem', table, fill, signal)
      const answer = body as BatchGetAnswer
      for (const item of Object.values(answer.Responses ?? {}).flat()) readItem(item)
      for (const { Keys = [] } of Object.values(answer.UnprocessedKeys ?? {}))
        for (const key of Keys) readItem(key)
      return answer
    },

    async getItem(table, key, signal) {
      if (!(await wire.takes(table))) return others.getItem(table, key, signal)
      const fill = (buffer: RequestBuffer): void => {
        buffer.text(`{"TableName":${JSON.stringify(table)},"Key":`)
        writeSpan(buffer, keyWire(key))
        buffer.text(`,"ConsistentRead":true,${totals}}`)
      }
      const { answer, body } = await call('GetItem', table, fill, signal)
      const Item = body.Item as AttributeRecord | undefined
      return {
        Item: Item && readItem(Item),
        ConsumedCapacity: body.ConsumedCapacity as ConsumedCapacity,
        requestId: answer.requestId
      }
    }
  }
}

const operations = { put: 'PutItem', update: 'UpdateItem', delete: 'DeleteItem' } as const
const totals = '"ReturnConsumedCapacity":"TOTAL"'
const comma = Buffer.from(',')
const putStart = Buffer.from('{"PutRequest":{"Item":')
const deleteStart = Buffer.from('{"DeleteRequest":{"Key":')
const writeEnd = Buffer.from('}}')

const writeSpan = (into: RequestBuffer, { buffer, start, end }: Wire): void => into.bytes(buffer, start, end)

const fillWrite =
  (table: string, write: PlannedWrite) =>
  (buffer: RequestBuffer): void => {
    const expressions = expressionsOf(write)
    buffer.text(`{"TableName":${JSON.stringify(table)},"${write.action.kind === 'put' ? 'Item' : 'Key'}":`)
    writeSpan(buffer, wireOf(write))
    buffer.text(`${printExpressions(expressions)},${totals}}`)
  }

const printExpressions = ({ update, condition, names, values }: Expressions): string => {
  let text = ''
  if (update !== undefined) text += `,"UpdateExpression":${JSON.stringify(update)}`
  if (condition !== undefined)
    text += `,"ConditionExpression":${JSON.stringify(condition)},"ReturnValuesOnConditionCheckFailure":"ALL_OLD"`
  if (Object.keys(names).length > 0) text += `,"ExpressionAttributeNames":${JSON.stringify(names)}`
  const used = Object.entries(values)
  if (used.length > 0) text += `,"ExpressionAttributeValues":{${used.map(printValue).join()}}`
  return text
}

const printValue = ([placeholder, value]: readonly [string, AttributeValue]): string =>
  `${JSON.stringify(placeholder)}:${attributeText(value)}`
