import { App, Aws, CfnParameter, Fn, Stack, Stage, Token, Validations } from 'aws-cdk-lib'
import { Annotations, Match, Template } from 'aws-cdk-lib/assertions'
import { AttributeType, Table, TableEncryption } from 'aws-cdk-lib/aws-dynamodb'
import { Key } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { describe, expect, it } from 'vitest'
import { isToken } from '../../infra/token.ts'
import { ownStack, pushOf, resourcesOf } from './own-app.ts'
import { arnText } from './synthesized.ts'

const env = { account: '111122223333', region: 'eu-west-1' }
const partitionKey = { name: 'id', type: AttributeType.STRING }

const environmentOf = (stack: Stack): Record<string, unknown> => {
  const [lambda] = resourcesOf(stack).ofType('AWS::Lambda::Function')
  if (lambda === undefined) throw new Error('there is no function')
  return (lambda.Properties.Environment as { Variables: Record<string, unknown> }).Variables
}

describe('PushToDynamo in a stack of somebody else', () => {
  const stack = ownStack()
  const key = new Key(stack, 'TableKey')
  const orders = new Table(stack, 'Table', {
    partitionKey,
    encryption: TableEncryption.CUSTOMER_MANAGED,
    encryptionKey: key
  })
  const push = pushOf(stack, 'Push', { tables: [orders, 'by_name'], createTables: { events: 'pk:S,sk:N' } })
  push.bucket.grantRead(push.loadFunction)
  const { ofType, byId, template } = resourcesOf(stack)

  it('gives nothing a fixed name but the tables that are to be created by it', () => {
    const names = [...byId.values()].flatMap(({ Properties = {} }) =>
      ['TableName', 'BucketName', 'RoleName', 'QueueName', 'DashboardName', 'TopicName', 'AlarmName']
        .map((property) => Properties[property])
        .filter((name) => name !== undefined)
    )

    // The bucket's holds the id of the stack, which no other stack has.
    expect(names.filter((name) => typeof name === 'string')).toEqual(['events'])
    expect(JSON.stringify(names)).toContain('AWS::StackId')
    expect(names).toHaveLength(2)
    expect(JSON.stringify(ofType('AWS::Events::EventBus')[0]?.Properties.Name)).toContain('AWS::StackId')
  })

  it('changes no setting of the account unasked', () => {
    expect(ofType('AWS::ApiGateway::Account')).toEqual([])
    const asked = ownStack()
    pushOf(asked, 'Push', { tables: ['orders'], api: { createLogsRole: true } })
    expect(resourcesOf(asked).ofType('AWS::ApiGateway::Account')).toHaveLength(1)
  })

  it('knows the table by its reference, in the allow-list and in IAM, with the calls of writing alone', () => {
    const [id] = [...byId.keys()].filter((each) => each.startsWith('Table') && !each.startsWith('TableKey'))
    expect(arnText(environmentOf(stack).PUSH_TABLES)).toBe(`<${id}>,by_name,events`)

    const policies = JSON.stringify(ofType('AWS::IAM::Policy'))
    expect(policies).toContain(`{"Fn::GetAtt":["${id}","Arn"]}`)
    expect(policies).not.toContain('dynamodb:Scan')
    expect(policies).toMatch(/kms:ViaService.*dynamodb/)
  })

  it('hands its ledger to the functions, since no name tells it', () => {
    expect(environmentOf(stack)).toMatchObject({
      PUSH_NAME: 'orders_push',
      PUSH_LEDGER: { Ref: expect.stringMatching(/^PushKeptLedger/) }
    })
  })

  it('tells set-up and doctor where everything is', () => {
    expect(push.name).toBe('orders_push')
    expect(Object.keys(template.toJSON().Outputs)).toEqual(
      expect.arrayContaining([
        'PushName',
        'PushApiUrl',
        'PushInvokeRoleArn',
        'PushUnloadRoleArn',
        'PushBucket'
      ])
    )
  })

  it('gives what one builds on', () => {
    expect(stack.resolve(push.metric('RowsWritten').toMetricConfig().metricStat?.namespace)).toBe(
      'orders_push'
    )
    expect(push.alarms.length).toBeGreaterThan(10)
    expect(push.createdTables).toHaveLength(1)
    for (const part of [
      push.api,
      push.alarmTopic,
      push.events,
      push.invokeRole,
      push.unloadRole,
      push.ledger
    ])
      expect(part.node.path).toMatch(/^Orders\/Push\//)
  })
})

describe('names', () => {
  it('are fixed where a name asks for it, and are those of our stacks', () => {
    const stack = ownStack()
    pushOf(stack, 'Push', { name: 'orders_dev', tables: ['orders'] })
    const names = [...resourcesOf(stack).byId.values()].flatMap(({ Properties }) =>
      ['TableName', 'BucketName', 'RoleName'].flatMap((each) =>
        Properties[each] ? [arnText(Properties[each])] : []
      )
    )
    expect(names.toSorted()).toEqual([
      'orders-dev-<AWS::AccountId>-<AWS::Region>',
      'orders_dev_invoke',
      'orders_dev_ledger',
      'orders_dev_unload'
    ])
  })

  it.each([
    ['Orders', 'Push', 'orders_push'],
    ['orders-prod', 'PushToDynamo', 'orders_prod_push_to_dynamo'],
    ['A', 'x'.repeat(200), expect.stringMatching(/^a_x{19}_[0-9a-f]{8}$/)]
  ])('of a construct come from its place: %s, %s', (stackName, id, name) => {
    const stack = new Stack(new App({ analyticsReporting: false }), stackName)
    expect(pushOf(stack, id, { tables: ['orders'] }).name).toEqual(name)
  })
})

describe('what of the app may be handed in', () => {
  const stack = ownStack({ env })
  const topic = new Topic(stack, 'Ours')
  const key = new Key(stack, 'Key')
  pushOf(stack, 'Push', { tables: ['orders'], alarms: { topic, few: true }, encryptionKey: key })
  const { ofType, byId } = resourcesOf(stack)

  it('a topic: there is no other, and nobody is warned', () => {
    expect(ofType('AWS::SNS::Topic')).toHaveLength(1)
    const warnings = Annotations.fromStack(stack).findWarning('*', Match.stringLikeRegexp('Nobody is told'))
    expect(warnings).toEqual([])
  })

  it('a key: it encrypts all that is kept, and lets S3 and EventBridge into the queues', () => {
    const [id] = [...byId].find(([, { Type }]) => Type === 'AWS::KMS::Key') ?? []
    expect(ofType('AWS::KMS::Key')).toHaveLength(1)
    const [bucket] = ofType('AWS::S3::Bucket')
    expect(JSON.stringify(bucket?.Properties.BucketEncryption)).toContain(id)
    expect(JSON.stringify(ofType('AWS::KMS::Key')[0]?.Properties.KeyPolicy)).toMatch(
      /s3\.amazonaws\.com.*events\.amazonaws\.com/
    )
  })
})

describe('several', () => {
  it('in one stack share nothing', () => {
    const stack = ownStack()
    const one = pushOf(stack, 'One', { tables: ['orders'], tags: { team: 'one' } })
    const two = pushOf(stack, 'Two', { tables: ['orders'] })
    const { byId } = resourcesOf(stack)

    expect(one.name).not.toBe(two.name)
    const idsOf = (name: string) => [...byId.keys()].filter((id) => id.startsWith(name))
    expect(idsOf('One')).toHaveLength(idsOf('Two').length)
    const buckets = [...byId.values()].filter(({ Type }) => Type === 'AWS::S3::Bucket')
    const names = buckets.map(({ Properties }) => JSON.stringify(Properties.BucketName))
    expect(new Set(names).size).toBe(2)
    expect(buckets.map(({ Properties }) => JSON.stringify(Properties.Tags ?? ''))).toEqual([
      expect.stringContaining('team'),
      expect.not.stringContaining('team')
    ])
  })

  it('in Stages are whole each', () => {
    const app = new App({ analyticsReporting: false })
    const names = ['Dev', 'Prod'].map((name) => {
      const stack = new Stack(new Stage(app, name, { env }), 'Orders')
      return pushOf(stack, 'Push', { tables: ['orders'] }).name
    })
    expect(names).toEqual(['dev_orders_push', 'prod_orders_push'])
    expect(app.synth().getNestedAssembly('assembly-Prod').stacks).toHaveLength(1)
  })
})

describe('a table elsewhere is refused, never taken for its namesake here', () => {
  const arnIn = (account: string, region: string) => `arn:aws:dynamodb:${region}:${account}:table/orders`

  it.each([
    [
      'another account',
      { env },
      arnIn('999999999999', 'eu-west-1'),
      /Push are wrong:\n {2}tables: .* is of account 9{12}/
    ],
    ['another Region', { env }, arnIn('111122223333', 'us-east-1'), /is of region us-east-1/],
    [
      'any account that the stack may not be of',
      {},
      arnIn('111122223333', 'eu-west-1'),
      /give the stack an env/
    ]
  ])('of %s', (_what, props, arn, words) => {
    const imported = ownStack(props)
    const table = Table.fromTableArn(imported, 'Imported', arn)
    expect(() => pushOf(imported, 'Push', { tables: [table] })).toThrow(words)
    expect(() => pushOf(ownStack(props), 'Push', { tables: [arn] })).toThrow(words)
  })

  it('of here it is taken', () => {
    const stack = ownStack({ env })
    const table = Table.fromTableArn(stack, 'Imported', arnIn('111122223333', 'eu-west-1'))
    pushOf(stack, 'Push', { tables: [table] })
    expect(environmentOf(stack).PUSH_TABLES).toBe('orders')
  })

  it('whose ARN only the deployment knows is allowed by exactly this ARN', () => {
    const stack = ownStack({ env })
    const table = Table.fromTableArn(stack, 'Imported', Fn.importValue('orders-arn'))
    pushOf(stack, 'Push', { tables: [table] })
    const allowed = JSON.stringify(resourcesOf(stack).ofType('AWS::IAM::Policy'))
    expect(allowed).toContain('"Resource":{"Fn::ImportValue":"orders-arn"}')
  })
})

describe('values that only the deployment knows', () => {
  const stack = ownStack()
  const text = (id: string) => new CfnParameter(stack, id).valueAsString
  const number = (id: string) => new CfnParameter(stack, id, { type: 'Number' }).valueAsNumber
  const caller = { principal: text('Principal'), externalId: text('ExternalId') }

  it('are told as CDK tells them', () => {
    for (const value of [
      text('Text'),
      number('Number'),
      `a-${Aws.REGION}`,
      'orders',
      5,
      -5,
      -1e200,
      '${Token}'
    ])
      expect([value, isToken(value)]).toEqual([value, Token.isUnresolved(value)])
  })

  it('pass the checks wherever they do not decide what there is', () => {
    const list = new CfnParameter(stack, 'TableArns', { type: 'CommaDelimitedList' }).valueAsList
    pushOf(stack, 'Push', {
      tables: list,
      snowflake: { invoke: caller, unload: [caller], invokeRole: text('InvokeRole') },
      alarms: { topicArn: text('TopicArn') },
      api: { requestsPerSecond: number('Rate'), burst: number('Burst') },
      workers: { load: number('LoadWorkers') },
      memoryMb: { push: number('PushMemory') },
      reservedConcurrency: { push: number('PushReserved') }
    })
    const { ofType } = resourcesOf(stack)

    expect(environmentOf(stack).PUSH_TABLES).toEqual({ 'Fn::Join': [',', { Ref: 'TableArns' }] })
    expect(JSON.stringify(ofType('AWS::IAM::Policy'))).toContain('"Resource":{"Ref":"TableArns"}')
    expect(ofType('AWS::Lambda::Function')[0]?.Properties.MemorySize).toEqual({ Ref: 'PushMemory' })
    const roles = JSON.stringify(ofType('AWS::IAM::Role'))
    expect(roles).toContain('"AWS":{"Ref":"Principal"}')
  })

  it('are not taken for what is wrong', () => {
    const scope = ownStack()
    expect(() => pushOf(scope, 'Push', { tables: ['orders'], api: { requestsPerSecond: 0 } })).toThrow(
      'The props of Orders/Push are wrong:\n  api.requestsPerSecond: Too small: expected number to be >=1'
    )
    expect(() => pushOf(scope, 'Two', { tables: [] })).toThrow('tables: name at least one table')
  })
})

it('explains what it does not follow, as our stacks do', async () => {
  const { AwsSolutionsChecks, ServerlessChecks } = await import('cdk-nag')
  const app = new App({ analyticsReporting: false })
  const stack = new Stack(app, 'Orders')
  // Its name is a token: no explanation may carry it.
  const own = new Table(stack, 'Own', {
    partitionKey: { name: 'id', type: AttributeType.STRING },
    pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true }
  })
  pushOf(stack, 'Push', { tables: [own, 'orders_*'], alarms: { mail: 'on-call@example.com' } })
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
  expect(() => app.synth()).not.toThrow()
  expect(Template.fromStack(stack)).toBeDefined()
})
