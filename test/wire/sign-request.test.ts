import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { requestSigner, type WireEndpoint } from '../../api/wire/sign-request.ts'

const endpoint: WireEndpoint = {
  isTls: true,
  hostname: 'dynamodb.eu-west-1.amazonaws.com',
  port: 443,
  host: 'dynamodb.eu-west-1.amazonaws.com',
  path: '/',
  region: 'eu-west-1',
  service: 'dynamodb',
  userAgent: 'aws-sdk-js/3'
}

const headersOf = (head: string): Record<string, string> =>
  Object.fromEntries(
    head
      .split('\r\n')
      .slice(1, -2)
      .map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])
  )

/** The signature that the SDK itself gives a request with these headers. */
const bySdk = async (
  credentials: { accessKeyId: string; secretAccessKey: string; sessionToken?: string },
  operation: string,
  body: Uint8Array,
  nowMs: number
): Promise<string | undefined> => {
  const client = new DynamoDBClient({ region: endpoint.region, credentials })
  const signer = await client.config.signer({
    name: 'sigv4',
    signingName: endpoint.service,
    signingRegion: endpoint.region,
    properties: {}
  })
  const request = {
    method: 'POST',
    protocol: 'https:',
    hostname: endpoint.hostname,
    path: endpoint.path,
    query: {},
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      host: endpoint.host,
      'x-amz-target': `DynamoDB_20120810.${operation}`
    },
    body
  }
  const unsignableHeaders = new Set(['x-amz-content-sha256'])
  const signed = await signer.sign(request as never, { signingDate: new Date(nowMs), unsignableHeaders })
  return (signed as unknown as { headers: Record<string, string> }).headers.authorization
}

describe('a signed request', () => {
  it("carries the SDK's own signature, whatever body, credentials and second", async () => {
    const signer = requestSigner(endpoint)
    const text = fc.stringMatching(/^[A-Za-z0-9/+]{1,40}$/)
    const credentials = fc.record(
      { accessKeyId: text, secretAccessKey: text, sessionToken: text },
      { requiredKeys: ['accessKeyId', 'secretAccessKey'] }
    )
    // Few of each, so that what the signer keeps is used again and must be made anew.
    const known = fc.sample(credentials, 3)
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...known),
        fc.constantFrom('BatchWriteItem', 'PutItem'),
        fc.uint8Array({ maxLength: 64 }),
        fc.constantFrom(0, 500, 1_000, 86_400_000).map((ms) => 1_795_770_000_000 + ms),
        async (keys, operation, body, nowMs) => {
          const head = signer.headOf(operation, body, keys, nowMs)
          expect(headersOf(head).authorization).toBe(await bySdk(keys, operation, body, nowMs))
        }
      ),
      { numRuns: 60 }
    )
  })

  it('says how long it is, and nothing that was not asked for', () => {
    const head = requestSigner(endpoint).headOf(
      'PutItem',
      Buffer.from('{}'),
      { accessKeyId: 'a', secretAccessKey: 'b' },
      0
    )
    expect(head.startsWith('POST / HTTP/1.1\r\n')).toBe(true)
    expect(head.endsWith('\r\n\r\n')).toBe(true)
    expect(Object.keys(headersOf(head)).toSorted()).toEqual([
      'authorization',
      'content-length',
      'content-type',
      'host',
      'user-agent',
      'x-amz-date',
      'x-amz-target'
    ])
    expect(headersOf(head)).toMatchObject({ 'content-length': '2', 'x-amz-date': '19700101T000000Z' })
  })
})
