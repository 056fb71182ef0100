import { readAuditQueue } from './audit-queue.ts'
import type { AwsDeployment, SnowflakeTrusts } from './aws-deployment.ts'
import { checkPointers } from './check-pointers.ts'
import { checkProvider } from './check-provider.ts'
import { checkRoles } from './check-roles.ts'
import { runScript } from './run-script.ts'
import { readScript, type Variables } from './script.ts'
import { type SelfTestTable, selfTest } from './self-test.ts'
import type { Session } from './session.ts'
import type { scriptsOf } from './setup-scripts.ts'
import { readTrusts } from './snowflake-trusts.ts'

export interface SetupParts {
  readonly session: Session
  readonly aws: AwsDeployment
  /** All but `api_url`. */
  readonly variables: Variables
  readonly scripts: ReturnType<typeof scriptsOf>
  /** Left out where no table's keys are known. */
  readonly testTable: SelfTestTable | undefined
  /** Integrations that another deployment uses may be pointed here. */
  readonly isRepoint?: boolean
  /** The bucket tells Snowflake of new lines of the audit; otherwise CALL copy_dynamo_events() copies them. */
  readonly isTold?: boolean
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
  const { session, aws, variables, scripts, testTable, isRepoint = false, isTold = true, tell } = parts
  await checkRoles(session, variables)
  if (!isRepoint) await checkPointers(session, variables)
  await checkProvider(session, variables)
  const before = await runScripts(parts, scripts.beforeDeploy, variables)
  const known = isTold ? await readAuditQueue(session, variables) : {}
  const trusts = await readTrusts(session, variables)
  const { apiUrl, isChanged } = await aws.deploy({ ...trusts, auditQueue: known.arn })
  tell(`aws: ${isChanged ? 'deployed' : 'nothing to change'}, ${apiUrl}`)
  // DDL in a block may ask for one, and so do the steps of upgrades.
  await session.run(`use role ${variables.owner_role}`)
  await session.run(`use warehouse ${variables.warehouse}`)
  const after = await runScripts(parts, scripts.afterDeploy, { ...variables, api_url: apiUrl })
  const told = isTold && known.arn === undefined ? await tellQueue(parts, trusts) : 0
  if (testTable === undefined)
    tell('self-test: left out, no table with known keys (name one: --test-table orders=id:S)')
  else {
    await selfTest(session, variables, testTable)
    tell(`self-test: a row was pushed to ${testTable.table}, read back and deleted`)
  }
  return before + after + told + (isChanged ? 1 : 0)
}

/** The first time: the pipe, and so its queue, is made after the bucket. @returns 1 when AWS was deployed again */
const tellQueue = async (
  { session, aws, variables, tell }: SetupParts,
  trusts: SnowflakeTrusts
): Promise<number> => {
  const { arn, reason } = await readAuditQueue(session, variables)
  if (arn === undefined) {
    tell(
      `audit: ${reason ?? 'there is no pipe'}; CALL copy_dynamo_events() copies its lines when it is called`
    )
    return 0
  }
  const { isChanged, auditQueue } = await aws.deploy({ ...trusts, auditQueue: arn })
  tell(
    auditQueue === arn
      ? `audit: the bucket tells ${arn} of new lines`
      : `audit: the bucket tells another account, ${auditQueue}; CALL copy_dynamo_events() copies its lines when it is called`
  )
  return isChanged ? 1 : 0
}

const runScripts = async (
  { session, tell }: SetupParts,
  paths: readonly string[],
  variables: Variables
): Promise<number> => {
  let changes = 0
  for (const path of paths) {
    const changed = await runScript(session, await readScript(path, variables))
    tell(`${path}: ${changed === 0 ? 'nothing to change' : `${changed} changed`}`)
    changes += changed
  }
  return changes
}
