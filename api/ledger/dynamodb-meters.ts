import { storedForm } from '../json/stored-form.ts'
import type { Documents } from './documents.ts'
import { type Meter, meterKey } from './meter.ts'
import type { MeterChange, MeterStore } from './meter-store.ts'
import { fromStored, toStored } from './record-form.ts'

/** Meters in the ledger's table. */
export const dynamodbMeters = (documents: Documents): MeterStore => {
  const get = async (table: string): Promise<Meter | undefined> => {
    const stored = await documents.get(meterKey(table))
    return stored && meterOf(stored)
  }
  return {
    get,
    async create(meter) {
      const ifAbsent = { ConditionExpression: 'attribute_not_exists(pk)' }
      const { isMade } = await documents.put(toStored(meter), ifAbsent)
      return isMade ? meter : ((await get(meter.pk.slice('meter#'.length))) ?? meter)
    },
    async change(table, change) {
      const { isMade, document } = await documents.update(meterKey(table), expressions(change))
      // The fresh meter comes free with the refusal where the engine gives it; the embedded one does not.
      const meter = document && 'rate' in document ? meterOf(document) : await get(table)
      return { isMade, meter }
    }
  }
}

const meterOf = (stored: object): Meter => fromStored(stored as Meter)

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
