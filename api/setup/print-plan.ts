import { readScript, type Variables } from './script.ts'
import { type SelfTestTable, selfTestStatements } from './self-test.ts'
import { type scriptsOf, trustScript } from './setup-scripts.ts'

export interface PlanParts {
  readonly variables: Variables
  readonly scripts: ReturnType<typeof scriptsOf>
  /** Stands for the URL that only the deployment knows. */
  readonly apiUrl: string
  readonly tables: readonly string[]
  readonly testTable: SelfTestTable | undefined
}

/** Everything that a set-up will do, in order: each statement, and what happens on AWS between them. A script itself. */
export const planText = async ({
  variables,
  scripts: chosen,
  apiUrl,
  tables,
  testTable
}: PlanParts): Promise<string> => {
  const scripts = async (paths: readonly string[]): Promise<string> => {
    const parts: string[] = []
    for (const path of paths) {
      const { statements } = await readScript(path, { ...variables, api_url: apiUrl })
      parts.push(`-- sql/${path}`, ...statements.map((statement) => `${statement};`), '')
    }
    return parts.join('\n')
  }
  return [
    '-- What the set-up runs, in this order. A statement whose effect is there already is not run again.',
    '',
    '-- 1. Snowflake: what AWS has to know.',
    await scripts(chosen.beforeDeploy),
    '-- 2. Snowflake: who it is. IAM users and external ids go into the trust policies.',
    await scripts([trustScript]),
    '-- 3. AWS: cdk.json gets snowflake.invoke and snowflake.unload, then npm run deploy (npx cdk diff shows all of it).',
    `--    role ${variables.invoke_role_arn}: only Snowflake's IAM user with its external id may take it on`,
    `--    role ${variables.unload_role_arn}: the same`,
    `--    bucket ${variables.bucket_url}, queues, ledger, functions, REST API, alarms; tables: ${tables.join(', ')}`,
    '',
    `-- 4. Snowflake: what needs the API. ${apiUrl} is an example; the deployment tells the real URL.`,
    `use role ${variables.owner_role};`,
    `use warehouse ${variables.warehouse};`,
    '',
    await scripts(chosen.afterDeploy),
    '-- AWS once more, the first time: the bucket tells the notification_channel of SHOW PIPES (snowflake.auditQueue of cdk.json).',
    '',
    ...selfTestPlan(variables, testTable)
  ].join('\n')
}

const selfTestPlan = (variables: Variables, table: SelfTestTable | undefined): string[] => {
  if (table === undefined) return ['-- 5. No self-test: no table with known keys.', '']
  const { before, push, get, remove } = selfTestStatements(variables, table)
  return [
    `-- 5. Self-test: one row is pushed to ${table.table}, read back and deleted.`,
    ...[...before, push, get, remove].map((statement) => `${statement};`),
    ''
  ]
}
