import type { AttributeValue } from './attribute.ts'

/** The moment so many days from now, in whole seconds since 1970: the form that DynamoDB's TTL reads. */
export const expiry = (days: number, nowMs: number): AttributeValue => ({
  N: String(Math.floor(nowMs / 1000) + Math.round(days * 86_400))
})
