import { createHmac, hash } from 'node:crypto'

/** Where requests of one table go and how they are signed, as the SDK resolved it. */
export interface WireEndpoint {
  readonly isTls: boolean
  readonly hostname: string
  readonly port: number
  /** The `host` header. */
  readonly host: string
  readonly path: string
  readonly region: string
  readonly service: string
  readonly userAgent: string
}

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

/** Makes the head of a request, its signature included. */
export interface RequestSigner {
  /**
   * @param operation e.g. `BatchWriteItem`
   * @param nowMs corrected for the clock's skew
   * @returns status line and header lines, the empty one included; ASCII
   */
  headOf(operation: string, body: Uint8Array, credentials: Credentials, nowMs: number): string
}

/** What stays the same for one second, one set of credentials and one operation. */
interface Prepared {
  readonly canonical: string
  readonly before: string
}

const algorithm = 'AWS4-HMAC-SHA256'

/**
 * AWS Signature Version 4 of a JSON request: the body hashed in one shot, the day's key kept, everything that does not
 * depend on the body made once a second.
 * https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export const requestSigner = (endpoint: WireEndpoint): RequestSigner => {
  const { host, path, region, service, userAgent } = endpoint
  const prepared = new Map<string, Prepared>()
  let second = -1
  let signedBy: Credentials | undefined
  let day = ''
  let date = ''
  let scope = ''
  let sign: ((text: string) => string) | undefined

  const turn = (nowSecond: number, credentials: Credentials): void => {
    prepared.clear()
    second = nowSecond
    date = `${new Date(nowSecond * 1_000).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`
    const today = date.slice(0, 8)
    if (sign === undefined || today !== day || !isSame(signedBy, credentials)) {
      day = today
      scope = `${day}/${region}/${service}/aws4_request`
      sign = hmacOf(signingKey(credentials.secretAccessKey, day, region, service))
    }
    signedBy = credentials
  }

  const prepare = (operation: string, { accessKeyId, sessionToken }: Credentials): Prepared => {
    const target = `DynamoDB_20120810.${operation}`
    const headers: ReadonlyArray<readonly [string, string]> = [
      ['content-type', 'application/x-amz-json-1.0'],
      ['host', host],
      ['x-amz-date', date],
      ...(sessionToken === undefined ? [] : [['x-amz-security-token', sessionToken] as const]),
      ['x-amz-target', target]
    ]
    const names = headers.map(([name]) => name).join(';')
    const lines = headers.map(([name, value]) => `${name}:${value}\n`).join('')
    const sent = headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')
    return {
      canonical: `POST\n${path}\n\n${lines}\n${names}\n`,
      before:
        `POST ${path} HTTP/1.1\r\n${sent}user-agent: ${userAgent}\r\n` +
        `authorization: ${algorithm} Credential=${accessKeyId}/${scope}, SignedHeaders=${names}, Signature=`
    }
  }

  return {
    headOf(operation, body, credentials, nowMs) {
      const nowSecond = Math.floor(nowMs / 1_000)
      if (nowSecond !== second || !isSame(signedBy, credentials)) turn(nowSecond, credentials)
      let parts = prepared.get(operation)
      if (parts === undefined) {
        parts = prepare(operation, credentials)
        prepared.set(operation, parts)
      }
      const request = hash('sha256', parts.canonical + hash('sha256', body))
      const signature = sign?.(`${algorithm}\n${date}\n${scope}\n${request}`)
      return `${parts.before}${signature}\r\ncontent-length: ${body.byteLength}\r\n\r\n`
    }
  }
}

const isSame = (a: Credentials | undefined, b: Credentials): boolean =>
  a === b ||
  (a?.accessKeyId === b.accessKeyId &&
    a.secretAccessKey === b.secretAccessKey &&
    a.sessionToken === b.sessionToken)

const blockBytes = 64
const digestBytes = 32

/**
 * HMAC-SHA-256 of ASCII text in hex, by two hashes in one shot each: an Hmac object costs several times as much.
 * https://www.rfc-editor.org/rfc/rfc2104#section-2
 *
 * @param key at most a block long
 */
export const hmacOf = (key: Buffer): ((text: string) => string) => {
  let inner = Buffer.alloc(8 * blockBytes)
  const outer = Buffer.alloc(blockBytes + digestBytes)
  for (let n = 0; n < blockBytes; n += 1) {
    inner[n] = (key[n] ?? 0) ^ 0x36
    outer[n] = (key[n] ?? 0) ^ 0x5c
  }
  return (text) => {
    if (blockBytes + text.length > inner.length) inner = Buffer.concat([inner], blockBytes + text.length)
    const end = blockBytes + inner.write(text, blockBytes, 'latin1')
    hash('sha256', inner.subarray(0, end), 'buffer').copy(outer, blockBytes)
    return hash('sha256', outer)
  }
}

const signingKey = (secret: string, day: string, region: string, service: string): Buffer => {
  const hmac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()
  return hmac(hmac(hmac(hmac(`AWS4${secret}`, day), region), service), 'aws4_request')
}
