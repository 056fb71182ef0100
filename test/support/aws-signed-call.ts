import { createHash, createHmac } from 'node:crypto'
import { request } from 'node:https'

export interface Credentials {
  readonly accessKeyId: string
  readonly secretAccessKey: string
  readonly sessionToken?: string | undefined
}

export interface SignedCall {
  readonly url: string
  readonly method?: string
  readonly service: string
  readonly region: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Uint8Array
  /** Without them the request goes out unsigned. */
  readonly credentials?: Credentials | undefined
  /** The certificate to trust. */
  readonly ca: string
}

export interface CallAnswer {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly body: Buffer
}

const answerDeadlineMs = 100_000

/** One HTTPS call, signed by SigV4 as Snowflake signs its own: a second implementation beside that of the SDK. */
export const signedCall = (call: SignedCall): Promise<CallAnswer> => {
  const { url, method = 'POST', ca, body = '' } = call
  const headers = { ...call.headers, 'content-length': String(Buffer.byteLength(body)), ...signatureOf(call) }
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { method, headers, ca, signal: AbortSignal.timeout(answerDeadlineMs) },
      (answer) => {
        const pieces: Buffer[] = []
        answer.on('data', (piece: Buffer) => pieces.push(piece))
        answer.on('error', reject)
        answer.on('end', () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(pieces) })
        )
      }
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const hash = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex')
const mac = (key: string | Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest()

/** https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
const signatureOf = (call: SignedCall): Record<string, string> => {
  const { url, method = 'POST', service, region, credentials, body = '' } = call
  if (credentials === undefined) return {}
  const { host, pathname, searchParams } = new URL(url)
  const time = new Date().toISOString().replace(/[-:]|\.\d+/g, '')
  const signed: Record<string, string> = {
    ...Object.fromEntries(
      Object.entries(call.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value])
    ),
    host,
    'x-amz-date': time,
    ...(credentials.sessionToken === undefined ? {} : { 'x-amz-security-token': credentials.sessionToken })
  }
  const names = Object.keys(signed).sort()
  searchParams.sort()
  const canonical = [
    method,
    pathname.split('/').map(encodeURIComponent).join('/'),
    searchParams.toString().replaceAll('+', '%20'),
    ...names.map((name) => `${name}:${signed[name]?.trim()}`),
    '',
    names.join(';'),
    hash(body)
  ].join('\n')
  const scope = `${time.slice(0, 8)}/${region}/${service}/aws4_request`
  const key = [region, service, 'aws4_request'].reduce<Buffer>(
    (made, part) => mac(made, part),
    mac(`AWS4${credentials.secretAccessKey}`, time.slice(0, 8))
  )
  const signature = mac(key, `AWS4-HMAC-SHA256\n${time}\n${scope}\n${hash(canonical)}`).toString('hex')
  const { host: _host, ...rest } = signed
  return {
    ...rest,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names.join(';')}, Signature=${signature}`
  }
}
