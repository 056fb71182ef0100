import { RemovalPolicy } from 'aws-cdk-lib'
import { AttributeType, BillingMode, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import { type IRole, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Construct } from 'constructs'

/** What became of batches, runs and chunks; records end by themselves. Kept when the stack goes. */
export class LedgerTable extends Construct {
  readonly table: Table

  constructor(scope: Construct, id: string, name: string | undefined, key?: IKey) {
    super(scope, id)
    this.table = new Table(this, 'Table', {
      ...(name === undefined ? {} : { tableName: name }),
      partitionKey: { name: 'pk', type: AttributeType.STRING },
      sortKey: { name: 'sk', type: AttributeType.STRING },
      timeToLiveAttribute: 'expires_at',
      ...tableDefaults(key)
    })
  }

  allowUse(role: IRole): void {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ['dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem', 'dynamodb:Query'],
        resources: [this.table.tableArn]
      })
    )
  }
}

/** On demand, restorable to any second of 35 days, and not deleted by accident. */
export const tableDefaults = (key: IKey | undefined) => ({
  billingMode: BillingMode.PAY_PER_REQUEST,
  pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
  deletionProtection: true,
  removalPolicy: RemovalPolicy.RETAIN,
  ...(key === undefined ? {} : { encryption: TableEncryption.CUSTOMER_MANAGED, encryptionKey: key })
})
