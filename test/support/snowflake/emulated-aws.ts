import { execFile, spawn } from 'node:child_process'
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { IAMClient } from '@aws-sdk/client-iam'
import { clientSettings } from '../../../api/runtime/client-settings.ts'
import { signedCall } from '../aws-signed-call.ts'
import { makeSnowflakeUser, type SnowflakeUser } from '../aws-snowflake-user.ts'
import { type Ministack, startMinistack } from '../ministack.ts'
import { type Ended, endOf } from '../run-command.ts'
import type { AwsSide } from './external-calls.ts'

const project = new URL('../../../', import.meta.url).pathname

export interface EmulatedAws extends AwsSide {
  readonly aws: Ministack
  readonly iam: IAMClient
  readonly user: SnowflakeUser
  /** What makes AWS's own tools and clients go there. */
  readonly environment: Readonly<Record<string, string>>
  /** Runs an npm script in the clone, as a user does. */
  npmRun(script: string, args: readonly string[], environment: Record<string, string>): Promise<Ended>
  stop(): Promise<void>
}

/** An emulated AWS as a user's would be: bootstrapped, empty, with a clone of the project beside it. */
export const startEmulatedAws = async (tables: Readonly<Record<string, string>>): Promise<EmulatedAws> => {
  for (const name of ['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE', 'SSL_CERT_FILE']) delete process.env[name]
  const folder = await mkdtemp(join(tmpdir(), 'push-to-dynamo-setup-'))
  const aws = await startMinistack()
  const iam = new IAMClient({ ...clientSettings(aws), region: aws.region })
  const stop = async () => {
    iam.destroy()
    await aws.stop()
    await rm(folder, { recursive: true, force: true })
  }
  try {
    const environment: Record<string, string> = {
      ...(process.env as Record<string, string>),
      AWS_ENDPOINT_URL: aws.endpoint,
      AWS_ENDPOINT_URL_S3: aws.endpoint,
      AWS_REGION: aws.region,
      AWS_ACCESS_KEY_ID: aws.credentials.accessKeyId,
      AWS_SECRET_ACCESS_KEY: aws.credentials.secretAccessKey,
      NODE_EXTRA_CA_CERTS: aws.caFile ?? '',
      AWS_CA_BUNDLE: aws.caFile ?? '',
      CI: 'true'
    }
    await bootstrap(folder, environment)
    const root = await cloneOf(folder, tables)
    const user = await makeSnowflakeUser(aws)
    return {
      ...{ aws, iam, user, environment, stop },
      npmRun: (script, args, more) =>
        endOf(
          spawn('npm', ['run', '--silent', script, '--', ...args], {
            cwd: root,
            env: { ...environment, ...more },
            stdio: ['ignore', 'pipe', 'pipe']
          })
        ),
      assume: async ({ roleArn, externalId }) => {
        const credentials = await user.assume(roleArn, 'snowflake', externalId)
        return ({ method, url, headers, body }) =>
          signedCall({
            ...{ method, headers, credentials, ...(body && { body }) },
            url: emulatedUrl(aws, url),
            service: 'execute-api',
            region: aws.region,
            ca: aws.ca ?? ''
          })
      }
    }
  } catch (error) {
    await stop()
    throw error
  }
}

/** From an empty folder: in that of the app, bootstrap would synthesize without bundling. */
const bootstrap = async (folder: string, env: NodeJS.ProcessEnv): Promise<void> => {
  const empty = join(folder, 'empty')
  await mkdir(empty)
  const args = ['bootstrap', 'aws://000000000000/us-east-1', '--app', '']
  await promisify(execFile)(join(project, 'node_modules/.bin/cdk'), args, { cwd: empty, env })
}

/** The project with a cdk.json of its own, which the set-up changes. */
const cloneOf = async (folder: string, create: Readonly<Record<string, string>>): Promise<string> => {
  const root = join(folder, 'clone')
  await mkdir(root)
  for (const name of ['api', 'infra', 'sql', 'node_modules', 'package.json', 'tsconfig.json'])
    await symlink(join(project, name), join(root, name))
  const cdk = JSON.parse(await readFile(join(project, 'cdk.json'), 'utf8'))
  cdk.context.push_to_dynamo.tables = { existing: [], create }
  cdk.context.push_to_dynamo.snowflake = {}
  await writeFile(join(root, 'cdk.json'), JSON.stringify(cdk))
  return root
}

/** `https://<id>.execute-api.…/v1/push` → where the emulator serves it. */
const emulatedUrl = ({ endpoint }: Ministack, url: string): string => {
  const { hostname, pathname } = new URL(url)
  const [, stage = '', ...path] = pathname.split('/')
  return `${endpoint}/restapis/${hostname.split('.', 1)[0]}/${stage}/_user_request_/${path.join('/')}`
}
