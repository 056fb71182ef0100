import type { Documents } from './documents.ts'
import type { PushCounts } from './push-counts.ts'

/** Pushes counted in the ledger's table: one update a batch. */
export const dynamodbPushCounts = (documents: Documents): PushCounts => ({
  async add(key, labels, amounts, expiresAt) {
    const names: Record<string, string> = {}
    const values: Record<string, string | number> = {}
    const part = (name: string, value: string | number, sign: string): string => {
      const place = Object.keys(names).length
      names[`#${place}`] = name
      values[`:${place}`] = value
      return `#${place} ${sign} :${place}`
    }
    const sets = [part('expires_at', expiresAt, '=')]
    for (const [name, value] of Object.entries(labels))
      if (value !== undefined) sets.push(part(name, value, '='))
    const adds = Object.entries(amounts)
      .filter(([, amount]) => amount !== 0)
      .map(([name, amount]) => part(name, amount, ''))
    await documents.update(key, {
      UpdateExpression: `SET ${sets.join()}${adds.length > 0 ? ` ADD ${adds.join()}` : ''}`,
      ExpressionAttributeNames: names,
      ExpressionAttributeValues: values
    })
  }
})
