import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3'
import { App, Stack } from 'aws-cdk-lib'
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { buildFunctions } from '../../infra/package/build-package.ts'
import { assetsPrefix, writePlainTemplate } from '../../infra/package/plain-template.ts'
import { PushToDynamo } from '../../infra/push-to-dynamo.ts'
import { createStack, deployAssembly, type Outputs } from '../support/aws-deploy.ts'
import { signedCall } from '../support/aws-signed-call.ts'
import { makeSnowflakeUser, type SnowflakeUser } from '../support/aws-snowflake-user.ts'
import { type Ministack, startMinistack } from '../support/ministack.ts'

// The construct in a stack of somebody else's app, and the plain template, deployed, and called as Snowflake calls.

const externalId = 'ABC_SFCRole=3_abc='
let aws: Ministack
let user: SnowflakeUser
let folder: string
let bundles: { push: string; bulk: string; version: string }

beforeAll(async () => {
  for (const name of ['NODE_EXTRA_CA_CERTS', 'AWS_CA_BUNDLE', 'SSL_CERT_FILE']) delete process.env[name]
  folder = await mkdtemp(join(tmpdir(), 'own-stack-'))
  aws = await startMinistack()
  user = await makeSnowflakeUser(aws)
  await buildFunctions(folder)
  bundles = { push: join(folder, 'push.zip'), bulk: join(folder, 'bulk.zip'), version: 'test' }
})
afterAll(async () => {
  await aws?.stop()
  if (folder) await rm(folder, { recursive: true, force: true })
})

/** One row through the API of a deployment, by the session that its role allows. */
const push = async (outputs: Outputs, prefix: string, table: string): Promise<unknown> => {
  const { endpoint, region, ca = '' } = aws
  const credentials = await user.assume(outputs[`${prefix}InvokeRoleArn`] ?? '', 'snowflake', externalId)
  const { body } = await signedCall({
    ...{ region, ca, credentials, method: 'POST', service: 'execute-api' },
    url: `${endpoint}/restapis/${outputs[`${prefix}ApiId`]}/v1/_user_request_/push`,
    headers: { accept: '*/*', 'sf-external-function-query-batch-id': `${prefix}:${table}` },
    body: JSON.stringify({ data: [[0, table, { id: 'a-1' }]] })
  })
  return JSON.parse(body.toString())
}
const written = { data: [[0, { status: 'written' }]] }

it('two constructs in one stack of an app, each with a table of the app: a row arrives by each', async () => {
  const outdir = join(folder, 'cdk.out')
  const app = new App({ outdir, analyticsReporting: false })
  const stack = new Stack(app, 'Orders')
  const trust = { principal: user.arn, externalId }
  const partitionKey = { name: 'id', type: AttributeType.STRING }
  const tables = ['One', 'Two'].map((id) => {
    const table = new Table(stack, `${id}Table`, { partitionKey, tableName: `table_${id.toLowerCase()}` })
    const snowflake = { invoke: trust, unload: trust }
    new PushToDynamo(stack, id, { tables: [table], snowflake }, bundles)
    return `table_${id.toLowerCase()}`
  })
  app.synth()

  const outputs = await deployAssembly(aws, s3Client(aws), outdir, ['Orders'])

  expect(outputs.OneBucket).not.toBe(outputs.TwoBucket)
  expect(await push(outputs, 'One', tables[0] ?? '')).toEqual(written)
  expect(await push(outputs, 'Two', tables[1] ?? '')).toEqual(written)
  expect(await push(outputs, 'Two', tables[0] ?? '')).toMatchObject({
    data: [[0, { status: 'rejected', code: 'table_not_allowed' }]]
  })
})

it('the plain template, after one upload: a row arrives, and only the named session may send it', async () => {
  const s3 = s3Client(aws)
  const plain = join(folder, 'plain')
  await writePlainTemplate(plain, '0.0.0', bundles)
  await s3.send(new CreateBucketCommand({ Bucket: 'assets' }))
  for (const name of await readdir(plain))
    await s3.send(
      new PutObjectCommand({
        Bucket: 'assets',
        Key: `${assetsPrefix('0.0.0')}${name}`,
        Body: await readFile(join(plain, name))
      })
    )
  const url = `${aws.endpoint}/assets/${assetsPrefix('0.0.0')}template.json`
  const given = {
    AssetsBucket: 'assets',
    TableArns: `arn:aws:dynamodb:${aws.region}:000000000000:table/table_one`,
    InvokePrincipal: user.arn,
    InvokeExternalId: externalId
  }

  const outputs = await createStack(aws, 'plain', url, given)

  expect(await push(outputs, '', 'table_one')).toEqual(written)
  expect(outputs.Name).toBe('plain')
  // Nobody was named for it.
  await expect(user.assume(outputs.UnloadRoleArn ?? '', 'snowflake', externalId)).rejects.toThrow()
})
