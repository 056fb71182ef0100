import { listSeparator, pushTablesHeader } from './batch-headers.ts'

/** What we look at of an API Gateway event. */
interface GatewayEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null
}

/** Headers that speak of the body as it left Snowflake: API Gateway has unpacked it and left them as they were. */
const ofSentBody = new Set(['content-length', 'content-encoding', 'transfer-encoding'])

/**
 * The event with the headers that fit the body that it holds: a server would refuse a body of another length. Lists of
 * tables that came in several headers stay apart, where a server would join them into one.
 */
export const asDelivered = <T extends GatewayEvent>(event: T): T => {
  const [name, lists] = Object.entries(event.multiValueHeaders ?? {}).find(isPushTables) ?? []
  const apart = name === undefined || lists === undefined ? {} : { [name]: lists.join(listSeparator) }
  return {
    ...event,
    headers: { ...fitting(event.headers), ...apart },
    multiValueHeaders: {
      ...fitting(event.multiValueHeaders),
      ...(name === undefined ? {} : { [name]: Object.values(apart) })
    }
  }
}

const isPushTables = ([name]: readonly [string, unknown]): boolean => name.toLowerCase() === pushTablesHeader

const fitting = <V>(headers: Readonly<Record<string, V>> | null | undefined) =>
  headers &&
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofSentBody.has(name.toLowerCase())))
