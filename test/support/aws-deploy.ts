import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { CreateBucketCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { element, query } from './aws-query.ts'
import { zipOfFolder } from './aws-zip.ts'
import type { AwsAccess } from './ministack.ts'

export type Outputs = Readonly<Record<string, string>>

interface AssetManifest {
  readonly files: Readonly<
    Record<
      string,
      {
        readonly source: { readonly path: string; readonly packaging: 'file' | 'zip' }
        readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>
      }
    >
  >
}

const account = '000000000000'
const stackDeadlineMs = 200_000

/**
 * Deploys a synthesized assembly as `cdk deploy` would, without the CLI: uploads the assets, then creates the stacks
 * in the given order from the very templates. What only the bootstrap version check needs is left out.
 *
 * @returns the outputs of all stacks
 * @throws Error with the events of a stack that could not be created
 */
export const deployAssembly = async (
  aws: AwsAccess,
  s3: S3Client,
  folder: string,
  stacks: readonly string[]
): Promise<Outputs> => {
  const staging = `cdk-hnb659fds-assets-${account}-${aws.region}`
  await s3.send(new CreateBucketCommand({ Bucket: staging }))
  let outputs: Outputs = {}
  for (const stack of stacks) {
    const manifest = JSON.parse(await readFile(join(folder, `${stack}.assets.json`), 'utf8')) as AssetManifest
    for (const { source, destinations } of Object.values(manifest.files)) {
      const path = join(folder, source.path)
      const content = source.packaging === 'zip' ? await zipOfFolder(path) : await readFile(path)
      for (const { objectKey } of Object.values(destinations))
        await s3.send(new PutObjectCommand({ Bucket: staging, Key: objectKey, Body: content }))
    }
    const { Rules, Parameters, ...template } = JSON.parse(
      await readFile(join(folder, `${stack}.template.json`), 'utf8')
    ) as Record<string, unknown>
    if (Object.keys((Parameters ?? {}) as object).some((name) => name !== 'BootstrapVersion') || !Rules)
      throw new Error(`${stack} has parameters that nobody gives`)
    const Key = `${stack}.json`
    await s3.send(new PutObjectCommand({ Bucket: staging, Key, Body: JSON.stringify(template) }))
    outputs = { ...outputs, ...(await createStack(aws, stack, `${aws.endpoint}/${staging}/${Key}`)) }
  }
  return outputs
}

/** @param parameters of the template */
export const createStack = async (
  aws: AwsAccess,
  StackName: string,
  TemplateURL: string,
  parameters: Readonly<Record<string, string>> = {}
): Promise<Outputs> => {
  const cloudformation = (action: string, fields: Record<string, string>) =>
    query(aws, { service: 'cloudformation', action, fields })
  await cloudformation('CreateStack', {
    StackName,
    TemplateURL,
    'Capabilities.member.1': 'CAPABILITY_NAMED_IAM',
    OnFailure: 'DO_NOTHING',
    ...Object.fromEntries(
      Object.entries(parameters).flatMap(([key, value], n) => [
        [`Parameters.member.${n + 1}.ParameterKey`, key],
        [`Parameters.member.${n + 1}.ParameterValue`, value]
      ])
    )
  })
  const deadline = Date.now() + stackDeadlineMs
  for (;;) {
    const described = await cloudformation('DescribeStacks', { StackName })
    const status = element(described, 'StackStatus')
    if (status === 'CREATE_COMPLETE') return outputsOf(described)
    if (status !== 'CREATE_IN_PROGRESS' || Date.now() > deadline) {
      const events = await cloudformation('DescribeStackEvents', { StackName })
      const reasons = events.match(/<ResourceStatusReason>[^<]+/g) ?? []
      throw new Error(`${StackName} is ${status}:\n${reasons.join('\n')}`)
    }
    await wait(100)
  }
}

const outputsOf = (xml: string): Outputs =>
  Object.fromEntries(
    [...xml.matchAll(/<OutputKey>([^<]*)<\/OutputKey>\s*<OutputValue>([^<]*)<\/OutputValue>/g)].map(
      ([, name = '', value = '']) => [name, value.replaceAll('&amp;', '&')]
    )
  )
