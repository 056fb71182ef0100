import { type Credentials, signedCall } from './aws-signed-call.ts'
import type { AwsAccess } from './ministack.ts'

/** One call of the services that still speak AWS's query protocol: form in, XML out. */
export interface QueryCall {
  readonly service: 'cloudformation' | 'iam' | 'monitoring' | 'sts'
  readonly action: string
  readonly fields: Readonly<Record<string, string>>
  readonly credentials?: Credentials
}

const versions = {
  cloudformation: '2010-05-15',
  iam: '2010-05-08',
  monitoring: '2010-08-01',
  sts: '2011-06-15'
} as const

/** @throws Error with the answer, unless it is a 200 */
export const query = async (
  { endpoint, region, credentials: root, ca = '' }: AwsAccess,
  { service, action, fields, credentials = root }: QueryCall
): Promise<string> => {
  const { status, body } = await signedCall({
    url: `${endpoint}/`,
    service,
    region,
    credentials,
    ca,
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: new URLSearchParams({ Action: action, Version: versions[service], ...fields }).toString()
  })
  if (status !== 200) throw new Error(`${action} answered ${status}: ${body.toString()}`)
  return body.toString()
}

/** The text of an element; empty when it is not there. */
export const element = (xml: string, name: string): string =>
  new RegExp(`<${name}>([^<]*)</${name}>`).exec(xml)?.[1] ?? ''
