import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from 'aws-cdk-lib'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { bundle } from '../../infra/bundle.ts'
import { namesOf } from '../../infra/names.ts'
import { readSettings, type SettingsInput } from '../../infra/settings.ts'
import { stacksOf } from '../../infra/stacks-of.ts'
import { deployAssembly, type Outputs } from './aws-deploy.ts'
import { type CallAnswer, type Credentials, signedCall } from './aws-signed-call.ts'
import { makeSnowflakeUser, snowflakeUser } from './aws-snowflake-user.ts'
import { type AwsAccess, startMinistack } from './ministack.ts'

const externalId = 'ABC_SFCRole=3_abc='

/** Where a deployment is and who may call it: plain data, which can be handed to another process. */
export interface StackPlace {
  readonly aws: AwsAccess
  readonly outputs: Outputs
  /** Of Snowflake's own user. */
  readonly snowflake: Credentials
  readonly stage: string
}

export interface DeployedStack {
  readonly place: StackPlace
  readonly aws: AwsAccess
  readonly outputs: Outputs
  /** Takes a role on as Snowflake's own user does. @throws Error when the trust policy refuses */
  assume(roleArn: string, session?: string, externalId?: string): Promise<Credentials>
  call(method: string, path: string, options?: ApiCall): Promise<CallAnswer>
  /** Changes the environment of a function, other variables stay. */
  setEnvironment(functionName: string, variables: Readonly<Record<string, string>>): Promise<void>
  /** What a function has written into its log group so far, line by line. */
  logOf(functionName: string): Promise<readonly string[]>
  stop(): Promise<void>
}

export interface ApiCall {
  readonly credentials?: Credentials | undefined
  readonly body?: string | Uint8Array
  readonly headers?: Readonly<Record<string, string>>
}

/** Synthesizes both stacks with the real bundles, deploys them on a fresh ministack, and makes Snowflake's user. */
export const startStack = async (
  create: Readonly<Record<string, string>>,
  more: Pick<SettingsInput, 'api'> = {}
): Promise<DeployedStack> => {
  const folder = await mkdtemp(join(tmpdir(), 'push-to-dynamo-'))
  // A certificate of this machine would keep the emulated Lambdas from trusting the emulator's own.
  for (const name of ['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE', 'SSL_CERT_FILE']) delete process.env[name]
  const aws = await startMinistack()
  const stop = async () => {
    await aws.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const snowflake = await makeSnowflakeUser(aws)
    const outdir = join(folder, 'cdk.out')
    const app = new App({ outdir, analyticsReporting: false })
    const trust = { principal: snowflake.arn, externalId }
    const settings = readSettings({
      tables: { create },
      snowflake: { invoke: trust, unload: trust },
      ...more
    } satisfies SettingsInput)
    stacksOf(app, settings, await bundle(folder))
    app.synth()
    const { stateStack, serviceStack } = namesOf(settings.name)
    const outputs = await deployAssembly(aws, s3Client(aws), outdir, [stateStack, serviceStack])
    const { endpoint, region, folder: files, credentials, ca, caFile } = aws
    const access = { endpoint, region, folder: files, credentials, ...(ca && caFile && { ca, caFile }) }
    return stackAt(
      { aws: access, outputs, snowflake: snowflake.credentials, stage: settings.api.stage },
      stop
    )
  } catch (error) {
    await stop()
    throw error
  }
}

/** A deployment that somebody has started. @param stop ends it, where it is ours to end */
export const stackAt = (place: StackPlace, stop: () => Promise<void> = async () => {}): DeployedStack => {
  const { aws, outputs, stage } = place
  const snowflake = snowflakeUser(aws, place.snowflake)
  const { endpoint, region, ca = '' } = aws
  return {
    place,
    aws,
    outputs,
    stop,
    assume: (roleArn, session = 'snowflake', id = externalId) => snowflake.assume(roleArn, session, id),
    call: (method, path, { credentials, body = '', headers = {} } = {}) =>
      signedCall({
        url: `${endpoint}/restapis/${outputs.ApiId}/${stage}/_user_request_/${path}`,
        method,
        service: 'execute-api',
        region,
        ca,
        credentials,
        body,
        headers: { accept: '*/*', ...headers }
      }),
    async setEnvironment(functionName, variables) {
      const now = await functionSettings(aws, functionName)
      const Environment = { Variables: { ...now.Environment.Variables, ...variables } }
      await functionSettings(aws, functionName, { Environment })
    },
    async logOf(functionName) {
      const { LoggingConfig } = await functionSettings(aws, functionName)
      const call = { url: `${endpoint}/`, service: 'logs', region, ca, credentials: aws.credentials }
      const headers = {
        'content-type': 'application/x-amz-json-1.1',
        'x-amz-target': 'Logs_20140328.FilterLogEvents'
      }
      const body = JSON.stringify({ logGroupName: LoggingConfig.LogGroup })
      const { events } = JSON.parse((await signedCall({ ...call, headers, body })).body.toString())
      return events.map(({ message }: { message: string }) => message)
    }
  }
}

interface FunctionSettings {
  readonly Environment: { readonly Variables: Readonly<Record<string, string>> }
  readonly LoggingConfig: { readonly LogGroup: string }
}

/** Reads the configuration of a function, after changing it where a change is given. */
const functionSettings = async (
  { endpoint, region, credentials, ca = '' }: AwsAccess,
  name: string,
  change?: Partial<FunctionSettings>
): Promise<FunctionSettings> => {
  const url = `${endpoint}/2015-03-31/functions/${name}/configuration`
  const call = { url, service: 'lambda', region, ca, credentials }
  const answer = await signedCall(
    change ? { ...call, method: 'PUT', body: JSON.stringify(change) } : { ...call, method: 'GET' }
  )
  if (answer.status !== 200) throw new Error(`Lambda answered ${answer.status}: ${answer.body}`)
  return JSON.parse(answer.body.toString())
}
