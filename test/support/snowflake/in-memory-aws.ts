import type { CallReply } from '../../../api/local/snowflake-caller/send.ts'
import type { AwsDeployment, SnowflakeTrusts } from '../../../api/setup/aws-deployment.ts'
import { openTestApp } from '../test-app.ts'
import type { AwsSide } from './external-calls.ts'

export interface InMemoryAws extends AwsSide, AwsDeployment {
  /** Trusts of the roles, as the last deployment wrote them; nobody before that. */
  readonly trusts: { now: SnowflakeTrusts | undefined }
  readonly deployments: { count: number }
  /** What the API answers instead of its own answers, while it is set. */
  readonly reply: { now: { readonly status: number; readonly text: string } | undefined }
  /** Fails the next deployment half-way, as a cut connection would. */
  failNext(): void
  close(): Promise<void>
}

export const inMemoryUrl = 'https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/v1'

/** The AWS half without AWS: trust policies as data, and our own app where API Gateway would be. */
export const startInMemoryAws = (dynamodb: string): InMemoryAws => {
  const app = openTestApp(dynamodb)
  const trusts: { now: SnowflakeTrusts | undefined } = { now: undefined }
  const deployments = { count: 0 }
  const reply: InMemoryAws['reply'] = { now: undefined }
  let isFailing = false
  return {
    trusts,
    deployments,
    reply,
    failNext() {
      isFailing = true
    },
    async deploy(wanted) {
      if (isFailing) {
        isFailing = false
        throw new Error('npm run deploy failed')
      }
      const isChanged = JSON.stringify(wanted) !== JSON.stringify(trusts.now)
      trusts.now = wanted
      if (isChanged) deployments.count += 1
      return { apiUrl: inMemoryUrl, isChanged, auditQueue: wanted.auditQueue }
    },
    async assume({ principal, externalId }) {
      const trust = trusts.now?.invoke
      if (trust?.principal !== principal || trust.externalId !== externalId)
        throw new Error('AccessDenied: sts:AssumeRole')
      return async ({ url, headers, body = new Uint8Array() }): Promise<CallReply> => {
        if (reply.now) return { status: reply.now.status, headers: {}, body: Buffer.from(reply.now.text) }
        if (!url.startsWith(`${inMemoryUrl}/`)) return { status: 403, headers: {}, body: Buffer.from('{}') }
        const answer = await app.post(url.slice(inMemoryUrl.length), body, { ...headers })
        return { status: answer.statusCode, headers: answer.headers, body: answer.rawPayload }
      }
    },
    close: () => app.close()
  }
}
