import { createVerify, type KeyObject } from 'node:crypto'

/** What a login sends: the body of a login request. */
export interface Login {
  readonly LOGIN_NAME?: string
  readonly ACCOUNT_NAME?: string
  readonly AUTHENTICATOR?: string
  readonly PASSWORD?: string
  readonly TOKEN?: string
  readonly PROVIDER?: string
}

/** By what the one user of the stand-in may come in. */
export interface Secrets {
  readonly user: string
  readonly password?: string
  readonly token?: string
  readonly publicKey?: KeyObject
}

/** Whether Snowflake would let this login in; workload identity counts as soon as it shows a signed request. */
export const isWelcome = (login: Login, secrets: Secrets): boolean => {
  const { AUTHENTICATOR: authenticator = 'SNOWFLAKE', TOKEN: token = '' } = login
  if (authenticator === 'WORKLOAD_IDENTITY') return login.PROVIDER === 'AWS' && isSigned(token)
  const isUser = login.LOGIN_NAME?.toUpperCase() === secrets.user
  if (authenticator === 'SNOWFLAKE_JWT') return isUser && isKeyPair(token, secrets)
  if (authenticator === 'OAUTH') return token === secrets.token
  if (authenticator === 'PROGRAMMATIC_ACCESS_TOKEN') return isUser && token === secrets.token
  return isUser && secrets.password !== undefined && login.PASSWORD === secrets.password
}

const isKeyPair = (jwt: string, { publicKey, user }: Secrets): boolean => {
  const [head = '', body = '', signature = ''] = jwt.split('.')
  if (publicKey === undefined) return false
  const verify = createVerify('RSA-SHA256').update(`${head}.${body}`)
  const { sub } = JSON.parse(Buffer.from(body, 'base64url').toString()) as { sub: string }
  return sub.endsWith(`.${user}`) && verify.verify(publicKey, Buffer.from(signature, 'base64url'))
}

/** A GetCallerIdentity that AWS would answer, by the look of it. */
const isSigned = (token: string): boolean => {
  const { url, headers } = JSON.parse(Buffer.from(token, 'base64').toString()) as {
    url: string
    headers: Record<string, string>
  }
  return url.includes('GetCallerIdentity') && JSON.stringify(headers).includes('AWS4-HMAC-SHA256')
}
