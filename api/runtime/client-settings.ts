import { Agent } from 'node:https'
import type { SecureContextOptions } from 'node:tls'
import { isLoopback } from './dynamodb-client.ts'

/** Where a client of our own bucket or queue calls; nothing given means what the AWS environment says. */
export interface ClientSettings {
  /** `https://host:port`, e.g. of an emulator; the composition roots hand `AWS_ENDPOINT_URL` in here. */
  readonly endpoint?: string | undefined
  readonly region?: string
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** Certificates in PEM to trust for this client instead of the machine's. */
  readonly ca?: SecureContextOptions['ca']
}

/** More calls at once than one worker makes; further ones wait for a connection. */
const maxSockets = 50

/**
 * Settings for calls that may be repeated unseen, because object and message are our own: the SDK's standard retry
 * (full jitter, up to 4 attempts), each attempt with an end. Without `throwOnRequestTimeout` the SDK would only warn.
 * On a loopback endpoint the Region defaults to us-east-1; credentials come from the usual places there, too.
 */
export const clientSettings = ({ endpoint, region, credentials, ca }: ClientSettings) => {
  const agent = { keepAlive: true, maxSockets }
  return {
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(region === undefined ? (isLoopback(endpoint) ? { region: 'us-east-1' } : {}) : { region }),
    ...(credentials === undefined ? {} : { credentials }),
    retryMode: 'standard',
    maxAttempts: 4,
    requestHandler: {
      connectionTimeout: 2_000,
      requestTimeout: 30_000,
      throwOnRequestTimeout: true,
      httpAgent: agent,
      // As options the certificates would be lost on large bodies: for `Expect: 100-continue` the SDK makes an agent anew.
      httpsAgent: ca === undefined ? agent : new Agent({ ...agent, ca })
    }
  }
}
