import { parseArgs } from 'node:util'
import { checkChoice, exampleAccount, type SetupChoice, usualChoiceOf } from './setup-settings.ts'

/** What the command line of `setup` and `doctor` says. */
export interface SetupOptions {
  readonly choice: SetupChoice
  readonly connection: string | undefined
  readonly passcode: string | undefined
  readonly testTable: string | undefined
  readonly isDry: boolean
  /** Print the line of the snow CLI, and end. */
  readonly isSnow: boolean
  readonly isYes: boolean
  readonly isJson: boolean
  /** What another deployment, or another Snowflake account, uses may be pointed here. */
  readonly isRepoint: boolean
  /** This Snowflake account is trusted beside those that are. */
  readonly isAddAccount: boolean
  /** The bucket tells Snowflake's queue of new lines of the audit. */
  readonly isTold: boolean
}

const text = { type: 'string' } as const
const flag = { type: 'boolean', default: false } as const

export const setupUsage = `npm run setup -- --connection <name> [options]

  --connection <name>   entry of ~/.snowflake/connections.toml
  --mfa-passcode <code>  of multi-factor authentication; a key pair needs none
  --dry-run             print the whole plan, offline, and end
  --snow                print the line that runs sql/deploy.sql by the snow CLI, offline, and end
  --yes                 do not ask
  --account, --region   of AWS; default: those of your credentials
  --test-table orders=id:S   where the self-test pushes its row; default: the first table that cdk.json creates
  --database, --schema, --warehouse, --admin-role, --owner-role, --user-role   names in Snowflake
  --stack Orders        a stack of your own that holds PushToDynamo; --construct Push, where it holds several
  --add-account         trust this Snowflake account beside the one that cdk.json trusts
  --repoint             take over integrations, or a trust, that another deployment uses
  --no-audit-queue      S3 does not tell Snowflake of new audit lines; CALL copy_dynamo_events() copies them
  --push-batch-rows 500, --get-batch-rows 100   MAX_BATCH_ROWS: rows x bytes a row must stay under 4.5 MB
`

/**
 * @param account the account of the AWS credentials at hand, asked for only when it is needed
 * @param deployment its name in cdk.json: what is not named is called after it
 * @throws Error naming the option that is wrong
 */
export const readOptions = async (
  args: readonly string[],
  environment: NodeJS.ProcessEnv,
  account: (region: string) => Promise<string>,
  deployment: string
): Promise<SetupOptions> => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      connection: text,
      'mfa-passcode': text,
      account: text,
      region: text,
      database: text,
      schema: text,
      warehouse: text,
      'admin-role': text,
      'owner-role': text,
      'user-role': text,
      'push-batch-rows': text,
      'get-batch-rows': text,
      'test-table': text,
      'dry-run': flag,
      snow: flag,
      repoint: flag,
      'add-account': flag,
      'no-audit-queue': flag,
      yes: flag,
      json: flag,
      stack: text,
      construct: text
    }
  })
  const isDry = values['dry-run'] || values.snow
  const named = values.region ?? environment.AWS_REGION ?? environment.AWS_DEFAULT_REGION
  const region = named ?? (isDry ? exampleAccount.region : '')
  const given = Object.entries({
    database: values.database,
    schema: values.schema,
    warehouse: values.warehouse,
    adminRole: values['admin-role'],
    ownerRole: values['owner-role'],
    userRole: values['user-role'],
    pushBatchRows: values['push-batch-rows'],
    getBatchRows: values['get-batch-rows']
  }).filter(([, value]) => value !== undefined)
  return {
    choice: checkChoice({
      ...usualChoiceOf(deployment),
      ...Object.fromEntries(given),
      region,
      account: values.account ?? (isDry ? exampleAccount.account : await account(region))
    }),
    connection: values.connection,
    passcode: values['mfa-passcode'],
    testTable: values['test-table'],
    isDry,
    isSnow: values.snow,
    isYes: values.yes,
    isJson: values.json,
    isRepoint: values.repoint,
    isAddAccount: values['add-account'],
    isTold: !values['no-audit-queue']
  }
}
