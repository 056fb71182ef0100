import { Unanswered } from './wire-errors.ts'

/** What of an answer's status line and header lines matters to a caller of DynamoDB. */
export interface AnswerHead {
  readonly status: number
  /** Bytes of the body; undefined when it comes in chunks. */
  readonly length: number | undefined
  /** `x-amz-crc32`: the checksum of the body. */
  readonly crc32: number | undefined
  readonly requestId: string | undefined
  /** `x-amzn-errortype`. */
  readonly errorType: string | undefined
  readonly date: string | undefined
  /** The connection ends with this answer. */
  readonly isLast: boolean
  /** Milliseconds for which the server keeps an idle connection, where it says so. */
  readonly keepAliveMs: number | undefined
}

/** More than DynamoDB answers at once (16 MB of items, in JSON) by a wide margin. */
export const maxBodyBytes = 128 * 1024 * 1024

const statusLine = /^HTTP\/1\.([01]) ([2-5]\d\d)(?: [^\r\n]*)?$/
const digits = /^\d{1,10}$/
/** Connections live on after these; the rest is nothing that DynamoDB sends. */
const isUsual = (status: number): boolean => status === 200 || status >= 400

/**
 * Reads the head of an answer, strictly: HTTP/1.x with one Content-Length, or chunked. Whatever could be read in two
 * ways (two lengths, folded lines, another coding) is not taken at all. https://www.rfc-editor.org/rfc/rfc9112#section-6.3
 *
 * @param text the lines up to the empty one, without it
 * @throws Unanswered
 */
export const readHead = (text: string): AnswerHead => {
  const [first = '', ...lines] = text.split('\r\n')
  const [, minor, code] = statusLine.exec(first) ?? []
  if (code === undefined) throw new Unanswered('no HTTP/1.1 answer')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    const name = line.slice(0, colon).toLowerCase()
    if (colon < 1 || /[^!-~]/.test(name)) throw new Unanswered('malformed header')
    const value = line.slice(colon + 1).trim()
    if (headers.has(name) && unique.has(name)) throw new Unanswered(`${name} twice`)
    headers.set(name, value)
  }
  const status = Number(code)
  const connection = headers.get('connection')?.toLowerCase()
  const isKept = minor === '1' ? connection !== 'close' : connection === 'keep-alive'
  return {
    status,
    length: lengthOf(status, headers),
    crc32: numberOf(headers.get('x-amz-crc32'), 'x-amz-crc32'),
    requestId: headers.get('x-amzn-requestid'),
    errorType: headers.get('x-amzn-errortype'),
    date: headers.get('date'),
    isLast: !isKept || !isUsual(status),
    keepAliveMs: keepAliveOf(headers.get('keep-alive'))
  }
}

const unique = new Set([
  'content-length',
  'transfer-encoding',
  'content-encoding',
  'connection',
  'x-amz-crc32'
])

const lengthOf = (status: number, headers: ReadonlyMap<string, string>): number | undefined => {
  const coding = headers.get('content-encoding')?.toLowerCase() ?? 'identity'
  if (coding !== 'identity') throw new Unanswered('an encoding that nobody asked for')
  const length = numberOf(headers.get('content-length'), 'content-length')
  const transfer = headers.get('transfer-encoding')?.toLowerCase()
  if (status === 204 || status === 304) throw new Unanswered(`status ${status}`)
  if (transfer === undefined) {
    if (length === undefined) throw new Unanswered('no content-length')
    if (length > maxBodyBytes) throw new Unanswered('an answer without measure')
    return length
  }
  if (transfer !== 'chunked' || length !== undefined) throw new Unanswered('an unclear length')
  return undefined
}

const numberOf = (text: string | undefined, name: string): number | undefined => {
  if (text === undefined) return undefined
  if (!digits.test(text)) throw new Unanswered(`malformed ${name}`)
  return Number(text)
}

const keepAliveOf = (text: string | undefined): number | undefined => {
  const [, seconds] = /timeout=(\d{1,6})/.exec(text ?? '') ?? []
  return seconds === undefined ? undefined : Number(seconds) * 1_000
}
