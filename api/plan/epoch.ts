const timestamp =
  /^([0-9]{4})-([0-9]{2})-([0-9]{2})(?:[Tt ]([0-9]{2}):([0-9]{2})(?::([0-9]{2})(?:\.[0-9]+)?)?\s*(?:([Zz])|([+-])([0-9]{2}):?([0-9]{2})?)?)?$/

/**
 * An ISO 8601 timestamp as whole seconds since 1970, the form that DynamoDB's TTL reads.
 *
 * The fraction is cut off; no zone means UTC; Snowflake's own `2026-11-24 10:00:00.000 +0200` is taken too.
 * @returns undefined when it is no timestamp or no possible one (30 February, 25 o'clock)
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/time-to-live-ttl-before-you-start.html
 */
export const toEpoch = (text: string): string | undefined => {
  const parts = timestamp.exec(text)
  if (!parts) return undefined
  const at = (n: number): number => Number(parts[n] ?? 0)
  const [year, month, day, hour, minute, second] = [at(1), at(2), at(3), at(4), at(5), at(6)]
  const [zoneHours, zoneMinutes] = [at(9), at(10)]
  if (hour > 23 || minute > 59 || second > 59 || zoneHours > 15 || zoneMinutes > 59) return undefined

  const date = new Date(0)
  date.setUTCFullYear(year, month - 1, day)
  // A day that its month does not have ends up in another month.
  if (date.getUTCMonth() !== month - 1) return undefined
  const zoneSeconds = (parts[8] === '-' ? -1 : 1) * (zoneHours * 3600 + zoneMinutes * 60)
  return String(date.getTime() / 1000 + hour * 3600 + minute * 60 + second - zoneSeconds)
}
