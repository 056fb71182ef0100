import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { DynamoDBDocumentClient, GetCommand, PutCommand, UpdateCommand } from '@aws-sdk/lib-dynamodb'
import { storedForm } from '../json/stored-form.ts'
import { ledgerTableName } from './ledger-store.ts'
import { type Meter, meterKey } from './meter.ts'
import type { MeterChange, MeterStore } from './meter-store.ts'
import { fromStored, toStored } from './record-form.ts'

/** Meters in the ledger's table. */
export const dynamodbMeters = (client: DynamoDBClient, TableName = ledgerTableName): MeterStore => {
  const documents = DynamoDBDocumentClient.from(client, { marshallOptions: { removeUndefinedValues: true } })
  const get = async (table: string): Promise<Meter | undefined> => {
    const command = new GetCommand({ TableName, Key: meterKey(table), ConsistentRead: true })
    const stored = (await documents.send(command)).Item as Meter | undefined
    return stored && fromStored(stored)
  }
  return {
    get,
    async create(meter) {
      try {
        const command = new PutCommand({
          TableName,
          Item: toStored(meter),
          ConditionExpression: 'attribute_not_exists(pk)'
        })
        await documents.send(command)
        return meter
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException') throw error
        return (await get(meter.pk.slice('meter#'.length))) ?? meter
      }
    },
    async change(table, change) {
      try {
        const command = new UpdateCommand({
          TableName,
          Key: meterKey(table),
          ...expressions(change),
          ReturnValues: 'ALL_NEW',
          ReturnValuesOnConditionCheckFailure: 'ALL_OLD'
        })
        return { isMade: true, meter: fromStored((await documents.send(command)).Attributes as Meter) }
      } catch (error) {
        if ((error as Error).name !== 'ConditionalCheckFailedException') throw error
        // The fresh meter comes free with the refusal where the engine gives it; the embedded one does not.
        const old = (error as { readonly Item?: Meter }).Item
        return {
          isMade: false,
          meter: old && 'rate' in old && typeof old.rate === 'number' ? fromStored(old) : await get(table)
        }
      }
    }
  }
}

const expressions = ({ add = {}, set = {}, when }: MeterChange) => {
  const names: Record<string, string> = {}
  const values: Record<string, number> = {}
  const name = (attribute: string): string => {
    names[`#${attribute}`] = attribute
    return `#${attribute}`
  }
  const value = (amount: number): string => {
    const placeholder = `:${Object.keys(values).length}`
    values[placeholder] = amount
    return placeholder
  }
  const sets = Object.entries(set).map(([attribute, amount]) => `${name(attribute)} = ${value(amount)}`)
  const adds = Object.entries(add)
    .filter(([, amount]) => amount !== 0)
    .map(([attribute, amount]) => `${name(attribute)} ${value(amount)}`)
  const form = name('form')
  // A meter of a later version is never changed: the places in it may mean something else.
  const ownForm = `(attribute_not_exists(${form}) OR ${form} <= ${value(storedForm)})`
  const clauses = [
    ...(sets.length > 0 ? [`SET ${sets.join()}`] : []),
    ...(adds.length > 0 ? [`ADD ${adds.join()}`] : [])
  ]
  const conditions = when.map(([attribute, is, than]) => `${name(attribute)} ${is} ${value(than)}`)
  return {
    UpdateExpression: clauses.join(' '),
    ConditionExpression: ['attribute_exists(pk)', ownForm, ...conditions].join(' AND '),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values
  }
}
