import { Aws } from 'aws-cdk-lib'
import { AttributeType, Table } from 'aws-cdk-lib/aws-dynamodb'
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'
import { readTableSpec } from '../../api/local/table-spec.ts'
import { nameOf } from '../setting-forms.ts'
import type { Settings } from '../settings.ts'
import { tableDefaults } from './ledger-table.ts'
import { allowTableKeys } from './own-key.ts'

const tableCalls = [
  'dynamodb:DescribeTable',
  'dynamodb:BatchWriteItem',
  'dynamodb:PutItem',
  'dynamodb:UpdateItem',
  'dynamodb:DeleteItem',
  'dynamodb:BatchGetItem',
  'dynamodb:GetItem'
]
const attributeTypes = { S: AttributeType.STRING, N: AttributeType.NUMBER, B: AttributeType.BINARY } as const

/** The tables that rows may go to: those that exist, and those made here, which outlive the stack. */
export class TargetTables extends Construct {
  /** Names, with `*` where the settings have it: the app's own allow-list. */
  readonly names: readonly string[]
  readonly created: readonly Table[]
  private readonly arns: readonly string[]
  private readonly keyArns: readonly string[]

  constructor(scope: Construct, id: string, { existing, create }: Settings['tables'], key?: IKey) {
    super(scope, id)
    const known = existing.map((each) =>
      typeof each === 'string' ? { table: each, keyArn: undefined } : each
    )
    this.created = Object.entries(create).map(([name, spec]) => {
      const [partitionKey, sortKey] = readTableSpec(`${name}=${spec}`).keys.map((each) => ({
        name: each.name,
        type: attributeTypes[each.type]
      }))
      if (partitionKey === undefined) throw new Error(`tables.create.${name} has no key`)
      return new Table(this, name, {
        tableName: name,
        partitionKey,
        ...(sortKey ? { sortKey } : {}),
        ...tableDefaults(key)
      })
    })
    this.names = [...existing.map(nameOf), ...Object.keys(create)]
    // By name, not by reference: a reference of the other stack would keep a table in the settings for ever.
    this.arns = [...known.map(({ table }) => arnOf(table)), ...Object.keys(create).map(arnOf)]
    this.keyArns = known.flatMap(({ keyArn }) => keyArn ?? [])
  }

  /** Exactly the calls of api/write, on exactly these tables. */
  allowWrite(role: IRole): void {
    role.addToPrincipalPolicy(new PolicyStatement({ actions: tableCalls, resources: [...this.arns] }))
    allowTableKeys(role, this.keyArns)
  }

  /** Where tables are named with `*`, which of them there are: the call knows no narrower resource. */
  allowList(role: IRole): void {
    if (this.names.some((name) => name.includes('*')))
      role.addToPrincipalPolicy(new PolicyStatement({ actions: ['dynamodb:ListTables'], resources: ['*'] }))
  }
}

const arnOf = (table: string): string =>
  table.startsWith('arn:')
    ? table
    : `arn:${Aws.PARTITION}:dynamodb:${Aws.REGION}:${Aws.ACCOUNT_ID}:table/${table}`
