import { type DynamoDBClient, PutItemCommand } from '@aws-sdk/client-dynamodb'
import type { WireEndpoint } from './sign-request.ts'

/** A request as the SDK's HTTP handler gets it. */
interface SdkRequest {
  readonly protocol: string
  readonly hostname: string
  readonly port?: number
  readonly path: string
  readonly query?: Readonly<Record<string, unknown>>
  readonly headers: Readonly<Record<string, string>>
}

/**
 * Asks the SDK where it would send a call on a table and how it would sign it: Region, account, FIPS, dual stack, a
 * table's ARN, a custom endpoint and the scope of the signature are all resolved by the client's own steps. The
 * request is made and signed there, looked at, and not sent.
 *
 * @returns undefined where the SDK does something else than Signature Version 4 on a plain path
 * @throws what the SDK throws, such as CredentialsProviderError
 */
export const sdkEndpoint = async (
  client: DynamoDBClient,
  table: string
): Promise<WireEndpoint | undefined> => {
  const command = new PutItemCommand({ TableName: table, Item: {} })
  let seen: SdkRequest | undefined
  command.middlewareStack.add(
    () => async (args) => {
      seen = args.request as SdkRequest
      return { output: { $metadata: {} }, response: {} }
    },
    // The last step before the request would leave.
    { step: 'deserialize', priority: 'high', name: 'lookAtRequest' }
  )
  await client.send(command)
  return seen && endpointOf(seen)
}

const scope = /^AWS4-HMAC-SHA256 Credential=[^/]+\/\d{8}\/([^/]+)\/([^/]+)\/aws4_request,/
/** Paths that are written in a signature as they are. */
const plainPath = /^\/(?:[\w~-][\w.~-]*\/)*(?:[\w~-][\w.~-]*)?$/

const endpointOf = ({
  protocol,
  hostname,
  port,
  path,
  query,
  headers
}: SdkRequest): WireEndpoint | undefined => {
  const [, region, service] = scope.exec(headers.authorization ?? '') ?? []
  const isTls = protocol === 'https:'
  const isPlain = plainPath.test(path) && Object.keys(query ?? {}).length === 0
  if (region === undefined || service === undefined || !isPlain || !(isTls || protocol === 'http:'))
    return undefined
  return {
    isTls,
    // URLs write an IPv6 address in brackets, sockets do not.
    hostname: hostname.replace(/^\[(.*)\]$/, '$1'),
    port: port ?? (isTls ? 443 : 80),
    host: headers.host ?? hostname,
    path,
    region,
    service,
    userAgent: headers['user-agent'] ?? 'aws-sdk-js'
  }
}
