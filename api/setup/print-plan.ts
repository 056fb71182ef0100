import { readScript, type Variables } from './script.ts'
import { scriptsAfterDeploy, scriptsBeforeDeploy } from './setup-scripts.ts'

/** Everything that a set-up will do, in order: each statement, and what happens on AWS between them. */
export const planText = async (variables: Variables, tables: readonly string[]): Promise<string> => {
  const scripts = async (paths: readonly string[], values: Variables) => {
    const parts: string[] = []
    for (const path of paths) {
      const { statements } = await readScript(path, values)
      parts.push(`-- sql/${path}`, ...statements.map((statement) => `${statement};`), '')
    }
    return parts.join('\n')
  }
  return [
    '-- A statement whose effect is there already is not run again.',
    '',
    await scripts(scriptsBeforeDeploy, variables),
    '-- Snowflake is asked who it is: IAM user and external id of both integrations.',
    `describe integration ${variables.api_integration};`,
    `describe integration ${variables.storage_integration};`,
    '',
    '-- AWS: cdk.json gets snowflake.invoke and snowflake.unload, then npm run deploy (npx cdk diff shows all of it):',
    `--   role ${variables.invoke_role_arn}, which only Snowflake's IAM user with its external id may take on`,
    `--   role ${variables.unload_role_arn}, the same`,
    `--   bucket ${variables.bucket}, queues, ledger, functions, REST API, alarms; tables: ${tables.join(', ')}`,
    '',
    await scripts(scriptsAfterDeploy, {
      ...variables,
      api_url: '(URL of the API, known after the deployment)'
    }),
    '-- Self-test: one row is pushed, read back and deleted.',
    ''
  ].join('\n')
}
