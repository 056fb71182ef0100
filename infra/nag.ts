import { Stack, Validations } from 'aws-cdk-lib'
import type { IConstruct } from 'constructs'
import { nameOf } from './setting-forms.ts'
import type { Settings } from './settings.ts'

/** Rules that what is kept does not follow, each with the reason. All others must pass: test/infra/nag.test.ts. */
export const explainKept = (scope: IConstruct): void => explain(scope, stateExceptions)

/**
 * Rules that the service does not follow, each with the reason.
 *
 * @param bucketName of the deployment, text or token
 * @param jobArns of what lies below the tables, text or token
 */
export const explainService = (
  scope: IConstruct,
  settings: Settings,
  { bucketName, jobArns }: { readonly bucketName: string; readonly jobArns: readonly string[] }
): void => {
  const written = (text: string): string => asRulesWrite(Stack.of(scope).resolve(text))
  const { tables, bulk, tracing, api } = settings
  const wide = tables.existing.map(nameOf).filter((table) => table.includes('*'))
  explain(scope, {
    ...serviceExceptions,
    ...Object.fromEntries(jobArns.map((arn) => jobsBelow(written(arn)))),
    ...Object.fromEntries([
      ...prefixes.map((each) => underPrefix(written(bucketName), each)),
      ...wide.map(wideTable)
    ]),
    ...importsOf(Object.keys(bulk.imports)),
    ...(tracing ? forTracing : withoutTracing),
    ...(api.gradual ? forGradual : {}),
    ...(wide.length > 0 ? listTables : {})
  })
}

/** A resolved text as cdk-nag flattens it. */
const asRulesWrite = (value: unknown): string => {
  if (typeof value === 'string') return value
  const { 'Fn::Join': join, 'Fn::GetAtt': part, Ref } = value as Resolved
  if (Array.isArray(join?.[1])) return join[1].map(asRulesWrite).join(join[0])
  if (part) return `<${part.join('.')}>`
  return Ref ? `<${Ref}>` : JSON.stringify(value)
}

interface Resolved {
  /** Of a list that only the deployment knows, the list is no array. */
  readonly 'Fn::Join'?: readonly [string, unknown]
  readonly 'Fn::GetAtt'?: readonly [string, string]
  readonly Ref?: string
}

const explain = (scope: IConstruct, exceptions: Readonly<Record<string, string>>): void => {
  for (const [id, reason] of Object.entries(exceptions))
    try {
      Validations.of(scope).acknowledge({ id, reason })
    } catch (error) {
      // Older CDKs let nobody answer a rule whose id holds the `::` of an ARN.
      if (!(error as Error).message.includes('Invalid validation rule ID')) throw error
    }
}

const stateExceptions: Readonly<Record<string, string>> = {
  'AwsSolutions-S1':
    'Every object and what became of it is in the ledger and under audit/. Who read an object is a matter of the trail of the account: turn data events on there for this bucket.',
  'Serverless-EventBusDLQ':
    'A heartbeat that is not delivered is missed at its queue: an alarm tells when none came for an hour.',
  'Serverless-SQSRedrivePolicy': 'The queues without a redrive policy are the dead letters themselves.'
}

const wideTable = (table: string): [string, string] => [
  `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${table}]`,
  'Whoever deploys names tables with * in tables.existing, so that tables made later need no deployment.'
]
const jobsBelow = (arn: string): [string, string] => [
  `AwsSolutions-IAM5[Resource::${arn}]`,
  'Jobs of a table have names of their own below its ARN, which nobody knows beforehand.'
]
const importsOf = (tables: readonly string[]): Readonly<Record<string, string>> =>
  tables.length === 0
    ? {}
    : {
        'AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:logs:<AWS::Region>:<AWS::AccountId>:log-group:/aws-dynamodb/*]':
          'Imports of the account log into one group, and DynamoDB asks for these rights on whatever lies below it.',
        ...Object.fromEntries(
          tables.map((table) =>
            jobsBelow(`arn:<AWS::Partition>:dynamodb:<AWS::Region>:<AWS::AccountId>:table/${table}/import/*`)
          )
        )
      }
const listTables = {
  'AwsSolutions-IAM5[Resource::*]':
    'dynamo_tables() lists the tables that a name with * stands for, and dynamodb:ListTables knows no narrower resource.'
}
const noDestination =
  'The function is called by API Gateway or by a queue, which hands a failure back; what keeps failing ends in the dead letters of the queue.'
const noTracing =
  'Query id, batch id and run follow a batch through all logs. X-Ray would cost more than the function at a million batches.'
const prefixes = [
  'spill/*',
  'unload/*/manifest.json',
  'unload/*',
  'drop/*',
  'rejected/*',
  'failed/*',
  'done/*',
  'managed/*',
  'audit/*',
  'audit/rows/*'
]
const underPrefix = (bucket: string, pattern: string): [string, string] => [
  `AwsSolutions-IAM5[Resource::arn:<AWS::Partition>:s3:::${bucket}/${pattern}]`,
  'Keys hold the names of runs and files, which nobody knows beforehand: the prefix is as narrow as IAM can say it.'
]

const serviceExceptions: Readonly<Record<string, string>> = {
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs]':
    'The one role of the account by which API Gateway writes logs; AWS names this policy for it. Settings may leave it out.',
  'AwsSolutions-APIG2':
    'A body is read without losing digits and judged row by row in the function: a schema in front would refuse 500 rows for one.',
  'AwsSolutions-APIG3':
    'Only one signed session of one role may call. A web ACL with the usual body rule refuses every batch over 8 KB.',
  'AwsSolutions-COG4':
    'Snowflake signs its requests: every method asks for AWS_IAM, and there are no users to log in.',
  'Serverless-SNSRedrivePolicy': 'The subscription is a mail address: the alarm itself stays in CloudWatch.',
  'Serverless-LambdaDLQ': noDestination,
  'Serverless-LambdaEventSourceMappingDestination': noDestination
}

const withoutTracing: Readonly<Record<string, string>> = {
  'Serverless-LambdaTracing': noTracing,
  'Serverless-APIGWXrayEnabled': noTracing
}
const forTracing: Readonly<Record<string, string>> = {
  'AwsSolutions-IAM5[Resource::*]': 'Traces have no ARN: X-Ray takes them from whoever may write any.'
}
const forGradual: Readonly<Record<string, string>> = {
  'AwsSolutions-IAM4[Policy::arn:<AWS::Partition>:iam::aws:policy/service-role/AWSCodeDeployRoleForLambdaLimited]':
    'The policy that AWS keeps for CodeDeploy, in its limited form.'
}
