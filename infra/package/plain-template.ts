import { copyFile, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { App, Aws, CfnCondition, CfnParameter, DefaultStackSynthesizer, Fn, Stack } from 'aws-cdk-lib'
import type { CfnRole } from 'aws-cdk-lib/aws-iam'
import { CfnSubscription } from 'aws-cdk-lib/aws-sns'
import type { Bundles } from '../bundles.ts'
import { PushToDynamo } from '../push-to-dynamo.ts'

/** Where the zips lie in the bucket that the template is given. */
export const assetsPrefix = (version: string): string => `push-to-dynamo/${version}/`

/**
 * Writes `template.json` and the functions' zips: a deployment for those without CDK, by `aws cloudformation deploy`
 * after one upload.
 *
 * @param folder is made where it is not there
 * @param version of the package, a part of the zips' keys
 */
export const writePlainTemplate = async (
  folder: string,
  version: string,
  bundles: Bundles
): Promise<void> => {
  const outdir = await mkdtemp(join(tmpdir(), 'plain-'))
  try {
    const app = new App({ outdir, analyticsReporting: false })
    const stack = plainStack(app, version, bundles)
    const { directory } = app.synth()
    await mkdir(folder, { recursive: true })
    const { Rules: _, ...template } = JSON.parse(
      await readFile(join(directory, stack.templateFile), 'utf8')
    ) as Record<string, unknown>
    await writeFile(join(folder, 'template.json'), JSON.stringify(template))
    const { files } = JSON.parse(await readFile(join(directory, `${stack.artifactId}.assets.json`), 'utf8'))
    for (const { source, destinations } of Object.values<Asset>(files))
      for (const { objectKey } of Object.values(destinations))
        if (source.path.endsWith('.zip'))
          await copyFile(join(directory, source.path), join(folder, basename(objectKey)))
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}

interface Asset {
  readonly source: { readonly path: string }
  readonly destinations: Readonly<Record<string, { readonly objectKey: string }>>
}

const plainStack = (app: App, version: string, bundles: Bundles): Stack => {
  const stack = new Stack(app, 'PushToDynamo', {
    description: `push_to_dynamo ${version}: API, loaders, bucket, queues, roles of Snowflake`,
    synthesizer: new DefaultStackSynthesizer({
      // biome-ignore lint/suspicious/noTemplateCurlyInString: CloudFormation fills it in.
      fileAssetsBucketName: '${AssetsBucket}',
      bucketPrefix: assetsPrefix(version),
      generateBootstrapVersionRule: false
    })
  })
  const text = (id: string, description: string, more = {}) =>
    new CfnParameter(stack, id, { type: 'String', description, ...more })
  const optional = (id: string, description: string) => text(id, description, { default: '' })
  text('AssetsBucket', `The bucket of this Region that holds the zips under ${assetsPrefix(version)}`)
  const tables = text('TableArns', 'ARNs of the tables that rows may go to, of this account and Region', {
    type: 'CommaDelimitedList'
  })
  const callers = (['Invoke', 'Unload'] as const).map((lane) => ({
    lane,
    principal: optional(`${lane}Principal`, 'IAM user of DESCRIBE INTEGRATION; nobody until it is known'),
    externalId: optional(`${lane}ExternalId`, 'External id of DESCRIBE INTEGRATION')
  }))
  const mail = optional('AlarmMail', 'Who is told when an alarm goes off')
  const [invoke, unload] = callers.map(({ principal, externalId }) => ({
    principal: principal.valueAsString,
    externalId: externalId.valueAsString
  }))
  const push = new PushToDynamo(
    stack,
    'Default',
    {
      name: Aws.STACK_NAME,
      tables: tables.valueAsList,
      snowflake: { ...(invoke && { invoke }), ...(unload && { unload }) },
      alarms: { mail: mail.valueAsString }
    },
    bundles
  )
  for (const { lane, principal } of callers)
    trustIfKnown(
      stack,
      lane,
      push[lane === 'Invoke' ? 'invokeRole' : 'unloadRole'].node.defaultChild,
      principal
    )
  const isTold = new CfnCondition(stack, 'IsTold', { expression: isGiven(mail) })
  for (const each of stack.node.findAll())
    if (each instanceof CfnSubscription) each.cfnOptions.condition = isTold
  return stack
}

const isGiven = (parameter: CfnParameter) => Fn.conditionNot(Fn.conditionEquals(parameter.valueAsString, ''))

/** A role whose caller is not known yet lets nobody take it on. */
const trustIfKnown = (stack: Stack, lane: string, role: unknown, principal: CfnParameter): void => {
  const known = new CfnCondition(stack, `Knows${lane}Principal`, { expression: isGiven(principal) })
  const plain = role as CfnRole
  plain.assumeRolePolicyDocument = Fn.conditionIf(
    known.logicalId,
    stack.resolve(plain.assumeRolePolicyDocument),
    {
      Version: '2012-10-17',
      Statement: [{ Effect: 'Deny', Principal: { AWS: '*' }, Action: 'sts:AssumeRole' }]
    }
  )
}
