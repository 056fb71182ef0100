import { describe, expect, it } from 'vitest'
import { fullSettings, templatesOf } from './synthesized.ts'

const gradual = templatesOf({ ...fullSettings, api: { gradual: true, createLogsRole: false }, tracing: true })
const plain = templatesOf()

describe('api.gradual', () => {
  it('sends a tenth of the calls to new code first, and goes back when an alarm goes off', () => {
    const [group] = gradual.ofType('AWS::CodeDeploy::DeploymentGroup').map(({ Properties }) => Properties)
    const alarmNames = [...gradual.byId].flatMap(([id, { Type, Properties }]) =>
      Type === 'AWS::CloudWatch::Alarm' && /5XXError|Errors/.test(String(Properties.MetricName)) ? [id] : []
    )
    const { Alarms } = (group ?? {}).AlarmConfiguration as { Alarms: Array<{ Name: { Ref: string } }> }

    expect(group).toMatchObject({
      DeploymentConfigName: 'CodeDeployDefault.LambdaCanary10Percent5Minutes',
      DeploymentStyle: { DeploymentType: 'BLUE_GREEN' },
      AutoRollbackConfiguration: {
        Enabled: true,
        Events: expect.arrayContaining(['DEPLOYMENT_STOP_ON_ALARM'])
      }
    })
    expect(Alarms).toHaveLength(2)
    for (const { Name } of Alarms) expect(alarmNames).toContain(Name.Ref)
  })

  it('has API Gateway call the alias that CodeDeploy moves', () => {
    const [aliasId] = [...gradual.byId].find(([, { Type }]) => Type === 'AWS::Lambda::Alias') ?? []
    const methods = gradual.ofType('AWS::ApiGateway::Method').map(({ Properties }) => Properties)

    for (const { Integration } of methods) expect(JSON.stringify(Integration)).toContain(aliasId)
    expect(gradual.byId.get(aliasId ?? '')?.UpdatePolicy).toMatchObject({
      CodeDeployLambdaAliasUpdate: expect.anything()
    })
  })

  it('is off unless asked for: no version, no alias, nothing of CodeDeploy', () => {
    const types = [...plain.byId.values()].map(({ Type }) => Type)
    expect(types.filter((type) => /CodeDeploy|Lambda::(Alias|Version)/.test(type))).toEqual([])
  })
})

describe('tracing', () => {
  const modes = ({ ofType }: typeof plain) =>
    ofType('AWS::Lambda::Function').map(({ Properties }) => Properties.TracingConfig)

  it('is on where asked for, in functions and API', () => {
    expect(modes(gradual)).toEqual(Array(3).fill({ Mode: 'Active' }))
    expect(gradual.ofType('AWS::ApiGateway::Stage')[0]?.Properties.TracingEnabled).toBe(true)
    expect(modes(plain)).toEqual([undefined, undefined, undefined])
  })
})

describe('api.createLogsRole: false', () => {
  it('leaves the role of the account alone by which API Gateway writes logs', () => {
    expect(gradual.ofType('AWS::ApiGateway::Account')).toEqual([])
    expect(plain.ofType('AWS::ApiGateway::Account')).toHaveLength(1)
  })
})

describe('metrics by method', () => {
  it('are off: AWS charges each as a metric of its own', () => {
    const [stage] = plain.ofType('AWS::ApiGateway::Stage').map(({ Properties }) => Properties)
    expect(stage?.MethodSettings).toMatchObject([{ MetricsEnabled: false }])
  })
})
