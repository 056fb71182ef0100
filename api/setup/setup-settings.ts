import { namesOf } from '../../infra/names.ts'
import { trustsOf } from '../../infra/setting-forms.ts'
import type { Settings } from '../../infra/settings.ts'
import { batchRows } from '../runtime/deployment-numbers.ts'
import { dollars } from '../runtime/prices.ts'
import { operationVariables } from './operation-variables.ts'
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
  readonly pushBatchRows: string
  readonly getBatchRows: string
}

/** 500 rows of 9 KB are 4.5 MB: Lambda refuses bodies over 6 MB before our code runs, and escapes take their part. */
export const usualChoiceOf = (deployment: string) => ({
  database: deployment,
  schema: 'app',
  warehouse: deployment,
  adminRole: 'accountadmin',
  ownerRole: namesOf(deployment).ownerRole,
  userRole: namesOf(deployment).userRole,
  pushBatchRows: String(batchRows.push),
  getBatchRows: String(batchRows.get)
})

/** For `--dry-run` without an AWS account at hand: AWS's own example number. */
export const exampleAccount = { account: '111122223333', region: 'eu-central-1' }

/** Stands for the URL that only a deployment knows. */
export const exampleUrl = (region: string): string =>
  `https://a1b2c3d4e5.execute-api.${region}.${domainOf(region)}/v1`

/** @throws Error naming what is not a plain name, an account id, a region or a number of rows */
export const checkChoice = (choice: SetupChoice): SetupChoice => {
  const { account, region, pushBatchRows, getBatchRows, ...names } = choice
  if (!/^\d{12}$/.test(account)) throw new Error('--account takes the 12 digits of an AWS account')
  if (!/^[a-z]{2}(-[a-z]+)+-\d$/.test(region))
    throw new Error('--region takes an AWS region, such as eu-central-1')
  for (const rows of [pushBatchRows, getBatchRows])
    if (!/^[1-9]\d{0,4}$/.test(rows)) throw new Error(`batch rows are 1 to 99999, not ${rows}`)
  for (const [option, name] of Object.entries(names))
    if (!/^[A-Za-z_]\w{0,254}$/.test(name))
      throw new Error(`${option} must be a plain name: letters, digits and _`)
  return choice
}

/** Fixed names → every variable of the scripts but `api_url`, which only the deployment knows. */
export const variablesOf = (choice: SetupChoice, settings: Settings): Variables => {
  const { account, region } = choice
  const { name, snowflake } = settings
  const names = namesOf(name)
  const [unloadTrust, ...moreTrusts] = trustsOf(snowflake.unload)
  const isGov = region.startsWith('us-gov-')
  const isChina = region.startsWith('cn-')
  const partition = isGov ? 'aws-us-gov' : isChina ? 'aws-cn' : 'aws'
  const role = (name: string) => `arn:${partition}:iam::${account}:role/${name}`
  return {
    database: choice.database,
    schema: choice.schema,
    warehouse: choice.warehouse,
    admin_role: choice.adminRole,
    owner_role: choice.ownerRole,
    user_role: choice.userRole,
    push_batch_rows: choice.pushBatchRows,
    get_batch_rows: choice.getBatchRows,
    unit_dollars: dollars({ write_unit: 1 }),
    ...operationVariables(choice.warehouse, settings),
    api_provider: `aws_${isGov ? 'gov_' : ''}${snowflake.vpcs.length > 0 ? 'private_' : ''}api_gateway`,
    api_integration: names.apiIntegration,
    storage_integration: names.storageIntegration,
    storage_provider: isGov ? 'S3GOV' : isChina ? 'S3CHINA' : 'S3',
    invoke_role_arn: role(snowflake.invokeRole ?? names.invokeRole),
    unload_role_arn: role(snowflake.unloadRole ?? names.unloadRole),
    bucket_url: `s3${isGov ? 'gov' : isChina ? 'china' : ''}://${names.bucketPrefix}-${account}-${region}`,
    // Ours, and the same on every run; it is no secret: https://docs.aws.amazon.com/IAM/latest/UserGuide/confused-deputy.html
    external_id:
      (moreTrusts.length === 0 ? unloadTrust?.externalId : undefined) ?? `${name}_${account}_${region}`,
    // A prefix is required before the API exists; no API has this id, and 24_api_prefixes.sql replaces it.
    first_prefix: `https://0000000000.execute-api.${region}.${domainOf(region)}/none/`
  }
}

const domainOf = (region: string): string => (region.startsWith('cn-') ? 'amazonaws.com.cn' : 'amazonaws.com')
