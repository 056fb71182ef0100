import type { AwsDeployment, SnowflakeTrusts } from './aws-deployment.ts'
import { readScript, type Script, type Variables } from './script.ts'
import { type SelfTestTable, selfTest } from './self-test.ts'
import { isAbsent, isForbidden, type Session } from './session.ts'
import { scriptsAfterDeploy, scriptsBeforeDeploy } from './setup-scripts.ts'
import { checkOf, propertiesOf, type StatementCheck } from './statement-check.ts'

export interface SetupParts {
  readonly session: Session
  readonly aws: AwsDeployment
  readonly variables: Variables
  readonly account: string
  /** Left out where no table's keys are known. */
  readonly testTable: SelfTestTable | undefined
  /** Told of each thing that was changed or checked, one line each. */
  readonly tell: (line: string) => void
}

/**
 * The whole set-up. Each statement is asked for before it is run, so a second run changes nothing and an
 * interrupted one goes on where it stopped.
 *
 * @returns how many statements and deployments changed something
 * @throws Error naming the script, what Snowflake said and what to do
 */
export const runSetup = async (parts: SetupParts): Promise<number> => {
  const { session, aws, variables, account, testTable, tell } = parts
  const before = await runScripts(parts, scriptsBeforeDeploy, variables)
  const trusts = await readTrusts(session, variables)
  const deployment = await aws.deploy(trusts)
  if (deployment.account !== account)
    throw new Error(
      `cdk deployed to account ${deployment.account}, the set-up is for ${account}: change --account or AWS_PROFILE`
    )
  tell(`aws: ${deployment.isChanged ? 'deployed' : 'nothing to change'}, ${deployment.apiUrl}`)
  const after = await runScripts(parts, scriptsAfterDeploy, { ...variables, api_url: deployment.apiUrl })
  if (testTable === undefined)
    tell('self-test: left out, no table with known keys (name one: --test-table orders=id:S)')
  else {
    await selfTest(session, variables, testTable)
    tell(`self-test: a row was pushed to ${testTable.table}, read back and deleted`)
  }
  return before + after + (deployment.isChanged ? 1 : 0)
}

/** Who Snowflake is: read anew on every run, so that a changed external id is deployed. */
export const readTrusts = async (session: Session, variables: Variables): Promise<SnowflakeTrusts> => {
  await session.run(`use role ${variables.admin_role}`)
  const trustOf = async (integration: string | undefined, prefix: string) => {
    const seen = propertiesOf(await session.run(`describe integration ${integration}`))
    const read = (name: string): string => {
      const value = seen.get(`${prefix}_AWS_${name}`)
      if (!value)
        throw new Error(
          `describe integration ${integration} tells no ${prefix}_AWS_${name}: use an admin role`
        )
      return value
    }
    return { principal: read('IAM_USER_ARN'), externalId: read('EXTERNAL_ID') }
  }
  return {
    invoke: await trustOf(variables.api_integration, 'API'),
    unload: await trustOf(variables.storage_integration, 'STORAGE')
  }
}

const runScripts = async (
  parts: SetupParts,
  paths: readonly string[],
  variables: Variables
): Promise<number> => {
  let changes = 0
  for (const path of paths) changes += await runScript(parts, await readScript(path, variables))
  return changes
}

const runScript = async ({ session, tell }: SetupParts, { path, statements }: Script): Promise<number> => {
  let changes = 0
  for (const statement of statements) {
    const check = checkOf(statement)
    try {
      if (check && (await isDone(session, check))) continue
      await session.run(statement)
    } catch (error) {
      throw new Error(explain(path, statement, error))
    }
    if (check) changes += 1
  }
  tell(`${path}: ${changes === 0 ? 'nothing to change' : `${changes} changed`}`)
  return changes
}

const isDone = async (session: Session, { probe, isDone }: StatementCheck): Promise<boolean> => {
  try {
    return isDone(await session.run(probe))
  } catch (error) {
    if (isAbsent(error)) return false
    throw error
  }
}

const explain = (path: string, statement: string, error: unknown): string => {
  const [first] = statement.split('\n', 1)
  const cure = isForbidden(error)
    ? 'connect as a user who has the role, or name another with --admin-role'
    : 'mend it and run the set-up again, it goes on from here; npm run doctor names what is wrong'
  return `sql/${path}: "${first}": ${error instanceof Error ? error.message : String(error)} (${cure})`
}
