import { listSeparator, pushTablesHeader } from './batch-headers.ts'
import { utf8Of } from './utf8-of.ts'

/** What we look at of an API Gateway event. */
interface GatewayEvent {
  readonly headers?: Readonly<Record<string, string | undefined>> | null
  readonly multiValueHeaders?: Readonly<Record<string, readonly string[] | undefined>> | null
  readonly body?: string | null
  readonly isBase64Encoded?: boolean
}

/** Headers that speak of the body as it left Snowflake: API Gateway has unpacked it and left them as they were. */
const ofSentBody = new Set(['content-length', 'content-encoding', 'transfer-encoding'])

/**
 * The event with the headers that fit the body that it holds: a server would refuse a body of another length. Lists of
 * tables that came in several headers stay apart, where a server would join them into one. Text becomes bytes here,
 * in memory of its own, which `Buffer.from` takes as it is.
 */
export const asDelivered = <T extends GatewayEvent>(event: T): T => {
  const [name, lists] = Object.entries(event.multiValueHeaders ?? {}).find(isPushTables) ?? []
  const apart = name === undefined || lists === undefined ? {} : { [name]: lists.join(listSeparator) }
  return {
    ...event,
    ...(event.body && event.isBase64Encoded !== true ? { body: memoryOf(utf8Of(event.body)) } : {}),
    headers: { ...fitting(event.headers), ...apart },
    multiValueHeaders: {
      ...fitting(event.multiValueHeaders),
      ...(name === undefined ? {} : { [name]: Object.values(apart) })
    }
  }
}

const memoryOf = ({ buffer, byteOffset, byteLength }: Buffer): ArrayBufferLike =>
  byteLength === buffer.byteLength ? buffer : buffer.slice(byteOffset, byteOffset + byteLength)

const isPushTables = ([name]: readonly [string, unknown]): boolean => name.toLowerCase() === pushTablesHeader

const fitting = <V>(headers: Readonly<Record<string, V>> | null | undefined) =>
  headers &&
  Object.fromEntries(Object.entries(headers).filter(([name]) => !ofSentBody.has(name.toLowerCase())))
