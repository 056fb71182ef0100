import type { IAMClient } from '@aws-sdk/client-iam'
import { readSettings, type Settings } from '../../infra/settings.ts'
import type { AwsDeployment } from './aws-deployment.ts'
import { mendTrust, readRoleTrust } from './role-trust.ts'
import type { Variables } from './script.ts'
import { type Outputs, readOutputs } from './stack-outputs.ts'

/** A stack of the user's own app, or of the plain template, that holds a deployment of ours. */
export interface OwnStack {
  readonly stack: string
  readonly outputs: Outputs
  /** As far as the outputs tell them. */
  readonly settings: Settings
}

/** `--stack` and `--construct` of a command line. @returns undefined without `--stack` */
export const ownStackOf = async (
  args: readonly string[],
  environment: NodeJS.ProcessEnv
): Promise<OwnStack | undefined> => {
  const given = (option: string): string | undefined => {
    const at = args.findIndex((each) => each === option || each.startsWith(`${option}=`))
    return at === -1 ? undefined : args[at]?.slice(option.length + 1) || args[at + 1]
  }
  const stack = given('--stack')
  if (stack === undefined) return undefined
  const region = given('--region') ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION
  if (region === undefined) throw new Error('name the AWS region: --region eu-central-1, or set AWS_REGION')
  // Behind the arguments: a set-up by names alone, and a dry run, need nothing of it.
  const [{ CloudFormationClient }, { clientSettings }] = await Promise.all([
    import('@aws-sdk/client-cloudformation'),
    import('../runtime/client-settings.ts')
  ])
  const where = { ...clientSettings({ endpoint: environment.AWS_ENDPOINT_URL }), region }
  const cloudformation = new CloudFormationClient(where)
  try {
    const outputs = await readOutputs(cloudformation, stack, given('--construct'))
    if (outputs.Bucket === undefined || outputs.InvokeRoleArn === undefined)
      throw new Error(`the stack ${stack} holds no PushToDynamo: its outputs name no bucket and no role`)
    return { stack, outputs, settings: settingsOfOutputs(stack, outputs) }
  } finally {
    cloudformation.destroy()
  }
}

const settingsOfOutputs = (stack: string, { Name = stack, Tables = '' }: Outputs): Settings =>
  readSettings(
    { name: snowflakeName(Name), tables: { existing: Tables.split(',').filter((table) => table !== '') } },
    { place: `The outputs of the stack ${stack}`, namesLedger: false }
  )

/** What things in Snowflake are called after: the name of a stack may hold more than letters, digits and _. */
const snowflakeName = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '_')
    .replaceAll(/^[\d_]+|_+$/g, '')
    .slice(0, 30)

/** The scripts' variables, with what the stack is really called. */
export const withNamesOf = ({ outputs }: OwnStack, variables: Variables): Variables => ({
  ...variables,
  invoke_role_arn: outputs.InvokeRoleArn ?? '',
  unload_role_arn: outputs.UnloadRoleArn ?? '',
  bucket_url: (variables.bucket_url ?? '').replace(/:\/\/.*/, `://${outputs.Bucket}`)
})

/**
 * Closes the trust of a stack that somebody else deploys: on the roles at once, and by telling the props that keep it
 * so. Roles that trust others already are left as they are.
 */
export const ownStackDeployment = (
  { stack, outputs }: OwnStack,
  { iam, isRepoint, tell }: { iam: IAMClient; isRepoint: boolean; tell: (line: string) => void }
): AwsDeployment => ({
  async deploy({ invoke, unload }) {
    const roles = [
      [outputs.InvokeRoleArn ?? '', invoke],
      [outputs.UnloadRoleArn ?? '', unload]
    ] as const
    for (const [role, trust] of roles) {
      const { principals } = await readRoleTrust(iam, role)
      const others = principals.filter((each) => each !== trust.principal)
      if (others.length > 0 && !isRepoint)
        throw new Error(
          `${role} trusts ${others.join(', ')}: put ${JSON.stringify(trust)} beside it into the snowflake props of the stack ${stack} and deploy it, or take the role over with --repoint`
        )
    }
    const mended: boolean[] = []
    for (const [role, trust] of roles) mended.push(await mendTrust(iam, role, [trust]))
    tell(
      `put this into the props of ${stack}, or its next deployment with other trusts undoes it:\n  snowflake: ${JSON.stringify({ invoke, unload })}`
    )
    return { apiUrl: (outputs.ApiUrl ?? '').replace(/\/$/, ''), isChanged: mended.includes(true) }
  }
})
