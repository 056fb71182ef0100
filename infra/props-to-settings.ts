import { Fn, Stack, Token } from 'aws-cdk-lib'
import type { ITable } from 'aws-cdk-lib/aws-dynamodb'
import type { Construct } from 'constructs'
import type { TableObjects } from './constructs/target-tables.ts'
import { homeOf } from './home.ts'
import type { KeyedTable, PushToDynamoProps } from './push-to-dynamo-props.ts'
import { readSettings, type Settings, SettingsError } from './settings.ts'

/** Props of a construct → settings, and the tables among them that are objects or known at deployment only. */
export interface ReadProps {
  readonly settings: Settings
  readonly objects: TableObjects
}

/**
 * Reads props by the form of cdk.json's settings; errors name the construct instead of the file.
 *
 * @param name of the deployment where the props give none
 * @throws SettingsError naming the prop and what is wrong with it, or a table that cannot be reached from here
 */
export const propsToSettings = (scope: Construct, name: string, props: PushToDynamoProps): ReadProps => {
  const { tables = [], createTables = {}, encryptionKey, alarms, api, ...others } = props
  const place = `The props of ${scope.node.path}`
  const objects: Map<string, { arns: string[]; keyArns: string[] }> = new Map()
  const existing = Token.isUnresolved(tables)
    ? [listKnownLater(tables as string[], objects)]
    : tables.map((table) => (isTable(table) ? objectTable(scope, place, table, objects) : table))
  const { topic: _, ...alarmSettings } = typeof alarms === 'object' ? alarms : {}
  const settings = readSettings(
    {
      name,
      ...others,
      tables: { existing, create: createTables },
      // One an account and Region: it is the team's to decide.
      api: { createLogsRole: false, ...api },
      alarms: alarms === 'few' ? alarms : alarmSettings
    },
    { place, namesLedger: props.name !== undefined }
  )
  checkHome(scope, place, settings)
  return { settings, objects }
}

/** Tables of the app have an ARN; what only names one has no such property. */
const isTable = (table: ITable | string | KeyedTable): table is ITable =>
  typeof table === 'object' && 'tableArn' in table

const listKnownLater = (arns: string[], objects: Map<string, { arns: string[]; keyArns: string[] }>) => {
  const list = Fn.join(',', arns)
  objects.set(list, { arns, keyArns: [] })
  return list
}

const objectTable = (
  scope: Construct,
  place: string,
  table: ITable,
  objects: Map<string, { arns: string[]; keyArns: string[] }>
): string => {
  const { tableName, tableArn, encryptionKey } = table
  mustBeHere(scope, `${place} are wrong:\n  tables: ${table.node.path}`, homeOfTable(table))
  objects.set(tableName, { arns: [tableArn], keyArns: encryptionKey ? [encryptionKey.keyArn] : [] })
  return tableName
}

/** An imported table counts itself to the stack that imports it: its ARN tells where it is. */
const homeOfTable = ({ tableArn, env }: ITable) => {
  const [prefix, , , region, account] = tableArn.split(':')
  return prefix === 'arn' ? { region, account } : env
}

/** ARNs among the names must be of the stack's account and Region. */
const checkHome = (scope: Construct, place: string, { tables }: Settings): void => {
  const home = homeOf(tables)
  if (!('wrong' in home)) mustBeHere(scope, `${place} are wrong:\n  tables: an ARN`, home)
}

/**
 * The functions name a table, and DynamoDB looks for the name in their own account and Region: a table of another
 * one would be taken for its namesake here.
 */
const mustBeHere = (
  scope: Construct,
  what: string,
  env: { readonly account?: string | undefined; readonly region?: string | undefined }
): void => {
  const here = Stack.of(scope)
  for (const part of ['account', 'region'] as const) {
    const there = env[part]
    // What the deployment alone knows is held to its ARN by IAM.
    if (there === undefined || there === '' || Token.isUnresolved(there) || there === here[part]) continue
    throw new SettingsError(
      Token.isUnresolved(here[part])
        ? `${what} is of ${part} ${there}, and the stack ${here.stackName} may be deployed anywhere: give the stack an env with this ${part}, or name the table without it`
        : `${what} is of ${part} ${there}, and the stack ${here.stackName} of ${here[part]}: only tables of its own account and Region can be reached`
    )
  }
}
