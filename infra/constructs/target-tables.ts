import { Aws, Token } from 'aws-cdk-lib'
import { AttributeType, ProjectionType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { type CreatedTable, readCreatedTable, type Units } from '../created-table.ts'
import { nameOf } from '../setting-forms.ts'
import type { Settings } from '../settings.ts'
import { tableDefaults } from './ledger-table.ts'
import { allowTableKeys } from './own-key.ts'

const tableCalls = [
  'dynamodb:DescribeTable',
  'dynamodb:DescribeContinuousBackups',
  'dynamodb:DescribeTimeToLive',
  'dynamodb:BatchWriteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchGetItem',
  'dynamodb:GetItem'
]
const importLogCalls = [
  'logs:CreateLogGroup',
  'logs:CreateLogStream',
  'logs:DescribeLogGroups',
  'logs:DescribeLogStreams',
  'logs:PutLogEvents',
  'logs:PutRetentionPolicy'
]
/** Where every import of the account logs: it has no group of its own. */
const importLogsArn = `arn:${Aws.PARTITION}:logs:${Aws.REGION}:${Aws.ACCOUNT_ID}:log-group:/aws-dynamodb/*`
const attributeTypes = { S: AttributeType.STRING, N: AttributeType.NUMBER, B: AttributeType.BINARY } as const

export interface TargetTablesProps {
  /** Names of tables that engine `import` may make. */
  readonly imports?: readonly string[]
  readonly key?: IKey | undefined
  readonly objects?: TableObjects | undefined
}

/** Names of the settings that stand for objects of the app, or for a list of tables that only a deployment knows. */
export type TableObjects = ReadonlyMap<string, { readonly arns: string[]; readonly keyArns: string[] }>

/** The tables that rows may go to: those that exist, and those made here, which outlive the stack. */
export class TargetTables extends Construct {
  /** Names, with `*` where the settings have it, with commas between them: the app's own allow-list. */
  readonly list: string
  readonly created: readonly Table[]
  private readonly names: readonly string[]
  private readonly imports: readonly string[]
  private readonly arns: readonly string[]
  private readonly keyArns: readonly string[]

  constructor(scope: Construct, id: string, tables: Settings['tables'], props: TargetTablesProps = {}) {
    super(scope, id)
    const { existing, create } = tables
    const { key, objects = new Map() as TableObjects, imports = [] } = props
    this.imports = imports
    const known = existing.map((each) =>
      typeof each === 'string' ? { table: each, keyArn: undefined } : each
    )
    this.created = Object.entries(create).map(([name, spec]) =>
      tableOf(this, readCreatedTable(name, spec), key)
    )
    this.names = [...new Set([...existing.map(nameOf), ...Object.keys(create), ...imports])]
    // By name, not by reference: a reference of the other stack would keep a table in the settings for ever. What the
    // app hands over as an object has an ARN of its own: should it lie elsewhere, its namesake here is not allowed.
    this.arns = this.names.flatMap((name) => objects.get(name)?.arns ?? arnOf(name))
    this.keyArns = [
      ...known.flatMap(({ keyArn }) => keyArn ?? []),
      ...[...objects.values()].flatMap(({ keyArns }) => keyArns)
    ]
    this.list = this.names.join(',')
  }

  /**
   * Exactly the calls of api/write, on exactly these tables.
   *
   * @param more calls of this role alone: in one statement with the others, since a list of tables may fill a policy
   */
  allowWrite(role: IRole, more: readonly string[] = []): void {
    const actions = [...tableCalls, ...more]
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [...this.arns] }))
    allowTableKeys(role, this.keyArns)
  }

  /**
   * The same, and the calls of engine `bulk_put`. Of what a job is asked about nobody outside of AWS has seen the ARN: below that of its
   * table, as those of exports and imports are, or the table's own. Of a list that only the deployment knows CloudFormation
   * can make no ARNs below.
   */
  allowJobs(role: IRole): void {
    const asks = ['dynamodb:DescribeBulkOperation', 'dynamodb:CancelBulkOperation']
    this.allowWrite(role, ['dynamodb:StartBulkPutItems', ...asks])
    const below = [...this.jobArns]
    if (below.length > 0) role.addToPrincipalPolicy(new PolicyStatement({ actions: asks, resources: below }))
  }

  /**
   * Makes tables by engine `import`, of these names alone, and lets DynamoDB log with the function's rights what it could
   * not read: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/S3DataImport.Requesting.html
   */
  allowImports(role: IRole): void {
    if (this.imports.length === 0) return
    const add = (actions: string[], resources: string[]): void => {
      role.addToPrincipalPolicy(new PolicyStatement({ actions, resources }))
    }
    const tables = this.imports.map(arnOf)
    add(['dynamodb:ImportTable', 'dynamodb:DescribeImport'], tables)
    add(
      ['dynamodb:DescribeImport'],
      tables.map((arn) => `${arn}/import/*`)
    )
    add(importLogCalls, [importLogsArn])
  }

  /** What lies below the tables, where it can be named. */
  get jobArns(): readonly string[] {
    return this.arns.filter((arn) => !Token.isUnresolved([arn])).map((arn) => `${arn}/*`)
  }

  /** Where tables are named with `*`, which of them there are: the call knows no narrower resource. */
  allowList(role: IRole): void {
    if (this.names.some((name) => name.includes('*')))
      role.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:ListTables'], resources: ['*'] }))
  }
}

const arnOf = (table: string): string =>
  `arn:${Aws.PARTITION}:dynamodb:${Aws.REGION}:${Aws.ACCOUNT_ID}:table/${table}`

const tableOf = (scope: Construct, spec: CreatedTable, key: IKey | undefined): Table => {
  const { name, ttl, pointInTimeRecovery, warm, maxUnits } = spec
  const [partitionKey, sortKey] = spec.keys.map(attributeOf)
  if (partitionKey === undefined) throw new Error(`tables.create.${name} has no key`)
  const table = new Table(scope, name, {
    tableName: name,
    partitionKey,
    ...(sortKey ? { sortKey } : {}),
    ...tableDefaults(key),
    ...(ttl === undefined ? {} : { timeToLiveAttribute: ttl }),
    pointInTimeRecoverySpecification: {
      pointInTimeRecoveryEnabled: pointInTimeRecovery !== false,
      ...(typeof pointInTimeRecovery === 'number' ? { recoveryPeriodInDays: pointInTimeRecovery } : {})
    },
    ...throughputOf(warm, maxUnits)
  })
  for (const { name: indexName, partition, sort, project, warm, maxUnits } of spec.indexes)
    table.addGlobalSecondaryIndex({
      indexName,
      ...(partition.length > 1
        ? { partitionKeys: partition.map(attributeOf) }
        : { partitionKey: partition.map(attributeOf)[0] }),
      ...(sort.length > 1 ? { sortKeys: sort.map(attributeOf) } : {}),
      ...(sort.length === 1 ? { sortKey: sort.map(attributeOf)[0] } : {}),
      ...(typeof project === 'string'
        ? { projectionType: project === 'all' ? ProjectionType.ALL : ProjectionType.KEYS_ONLY }
        : { projectionType: ProjectionType.INCLUDE, nonKeyAttributes: [...project] }),
      ...throughputOf(warm, maxUnits)
    })
  return table
}

const attributeOf = ({ name, type }: CreatedTable['keys'][number]) => ({ name, type: attributeTypes[type] })

const throughputOf = (warm: Units | undefined, maxUnits: Units | undefined) => ({
  ...(warm === undefined
    ? {}
    : {
        warmThroughput: {
          ...(warm.read === undefined ? {} : { readUnitsPerSecond: warm.read }),
          ...(warm.write === undefined ? {} : { writeUnitsPerSecond: warm.write })
        }
      }),
  ...(maxUnits?.read === undefined ? {} : { maxReadRequestUnits: maxUnits.read }),
  ...(maxUnits?.write === undefined ? {} : { maxWriteRequestUnits: maxUnits.write })
})
