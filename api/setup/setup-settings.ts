import { readSettings, type Settings } from '../../infra/settings.ts'
import type { Variables } from './script.ts'

/** What the command line decides; everything else is in cdk.json. */
export interface SetupChoice {
  readonly account: string
  readonly region: string
  readonly database: string
  readonly schema: string
  readonly warehouse: string
  readonly adminRole: string
  readonly ownerRole: string
  readonly userRole: string
}

export const usualChoice = {
  database: 'push_to_dynamo',
  schema: 'app',
  warehouse: 'push_to_dynamo',
  adminRole: 'accountadmin',
  ownerRole: 'push_to_dynamo_owner',
  userRole: 'push_to_dynamo_user'
}

/** For `--dry-run` without an AWS account at hand: AWS's own example number. */
export const exampleAccount = { account: '111122223333', region: 'eu-central-1' }

/** @throws Error naming what is not a plain name, an account id or a region */
export const checkChoice = (choice: SetupChoice): SetupChoice => {
  const { account, region, ...names } = choice
  if (!/^\d{12}$/.test(account)) throw new Error('--account takes the 12 digits of an AWS account')
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new Error('--region takes an AWS region, such as eu-central-1')
  for (const [option, name] of Object.entries(names))
    if (!/^[A-Za-z_]\w{0,254}$/.test(name))
      throw new Error(`${option} must be a plain name: letters, digits and _`)
  return choice
}

export const settingsOf = (cdkJson: string): Settings => {
  const { context } = JSON.parse(cdkJson) as { context?: { push_to_dynamo?: unknown } }
  return readSettings(context?.push_to_dynamo)
}

/** Fixed names → every variable of the scripts but `api_url`, which only the deployment knows. */
export const variablesOf = (choice: SetupChoice, settings: Settings): Variables => {
  const { account, region } = choice
  const partition = region.startsWith('us-gov-') ? 'aws-us-gov' : region.startsWith('cn-') ? 'aws-cn' : 'aws'
  const role = (name: string) => `arn:${partition}:iam::${account}:role/${name}`
  return {
    database: choice.database,
    schema: choice.schema,
    warehouse: choice.warehouse,
    admin_role: choice.adminRole,
    owner_role: choice.ownerRole,
    user_role: choice.userRole,
    api_integration: 'push_to_dynamo_api',
    storage_integration: 'push_to_dynamo_storage',
    invoke_role_arn: role(settings.snowflake.invokeRole),
    unload_role_arn: role(settings.snowflake.unloadRole),
    bucket: `push-to-dynamo-${account}-${region}`,
    // Ours, and the same on every run; it is no secret: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    external_id: settings.snowflake.unload?.externalId ?? `push_to_dynamo_${account}_${region}`,
    // A prefix is required before the API exists; no API has this id, and 24_api_prefixes.sql replaces it.
    first_prefix: `https://0000000000.execute-api.${region}.amazonaws.com/none/`
  }
}
