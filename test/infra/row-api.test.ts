import { Match } from 'aws-cdk-lib/assertions'
import { describe, expect, it } from 'vitest'
import { routes } from '../../api/runtime/external-functions.ts'
import { arnText, fullSettings, type Resource, type Statement, templatesOf } from './synthesized.ts'

const { service, ofType, byId } = templatesOf()
const deployments = (settings: unknown): string[] =>
  [...templatesOf(settings).byId].flatMap(([id, { Type }]) =>
    Type === 'AWS::ApiGateway::Deployment' ? [id] : []
  )

const pathOf = (resource: unknown): string => {
  const { Ref } = resource as { Ref?: string }
  const found = Ref === undefined ? undefined : byId.get(Ref)
  return found ? `${pathOf(found.Properties.ParentId)}/${String(found.Properties.PathPart)}` : ''
}
const methods: readonly Resource[] = ofType('AWS::ApiGateway::Method')

describe('the API', () => {
  it('answers POST and GET on every route, and GET on the health', () => {
    const offered = methods.map(
      ({ Properties }) => `${Properties.HttpMethod} ${pathOf(Properties.ResourceId)}`
    )

    expect(offered.toSorted()).toEqual(
      [...routes.flatMap((route) => [`POST ${route}`, `GET ${route}`]), 'GET /health'].toSorted()
    )
  })

  it('asks for a signature on every method', () => {
    expect(new Set(methods.map(({ Properties }) => Properties.AuthorizationType))).toEqual(
      new Set(['AWS_IAM'])
    )
  })

  it('is called by the session "snowflake" of the invoke role, and refuses all others of the account', () => {
    const [api] = ofType('AWS::ApiGateway::RestApi')
    const { Statement } = (api?.Properties ?? {}).Policy as {
      Statement: Array<Statement & { Principal: { AWS: unknown } }>
    }
    const [allow, deny, ...more] = Statement.toSorted((a, b) => a.Effect.localeCompare(b.Effect))

    expect(more).toEqual([])
    expect(allow?.Effect).toBe('Allow')
    expect(arnText(allow?.Principal.AWS)).toMatch(
      /^arn:.*:sts::.*:assumed-role\/push_to_dynamo_invoke\/snowflake$/
    )
    expect(deny).toMatchObject({
      Effect: 'Deny',
      Principal: { AWS: '*' },
      Condition: { ArnNotEquals: { 'aws:PrincipalArn': [expect.anything(), expect.anything()] } }
    })
  })

  it('calls the function from its stage alone, not from the test calls of the console', () => {
    const [allowed, ...more] = ofType('AWS::Lambda::Permission').map(({ Properties }) => Properties)

    expect(more).toEqual([])
    expect(allowed?.Principal).toBe('apigateway.amazonaws.com')
    expect(JSON.stringify(allowed?.SourceArn)).toMatch(/DeploymentStage|\/v1\/\*\/\*/)
    expect(arnText(allowed?.SourceArn)).not.toMatch(/\/\*\/\*\/\*$/)
  })

  it('is regional, throttled and compresses what is worth it', () => {
    service.hasResourceProperties('AWS::ApiGateway::RestApi', {
      EndpointConfiguration: { Types: ['REGIONAL'] },
      MinimumCompressionSize: 1024,
      BinaryMediaTypes: Match.absent()
    })
    service.hasResourceProperties('AWS::ApiGateway::Stage', {
      MethodSettings: [
        Match.objectLike({ ThrottlingRateLimit: 200, ThrottlingBurstLimit: 400, DataTraceEnabled: false })
      ]
    })
  })

  it('logs who, what and how long, and no body, query or header', () => {
    const [stage] = ofType('AWS::ApiGateway::Stage')
    const { Format, DestinationArn } = (stage?.Properties ?? {}).AccessLogSetting as Record<string, unknown>
    const names = Object.values(JSON.parse(String(Format)) as Record<string, string>)

    expect(DestinationArn).toBeDefined()
    expect(names.every((name) => name.startsWith('$context.'))).toBe(true)
    expect(names.join()).not.toMatch(/body|header|querystring|requestOverride/i)
  })

  it('is deployed anew when its callers change, since API Gateway would keep the old policy', () => {
    const renamed = { ...fullSettings, snowflake: { ...fullSettings.snowflake, invokeRole: 'another_role' } }

    expect(deployments(fullSettings)).toEqual(deployments(fullSettings))
    expect(deployments(renamed)).not.toEqual(deployments(fullSettings))
  })
})

describe('what API Gateway answers by itself', () => {
  const answers = ofType('AWS::ApiGateway::GatewayResponse').map(({ Properties }) => Properties)
  const messageOf = (type: string): string => {
    const found = answers.find(({ ResponseType }) => ResponseType === type)
    const template = ((found ?? {}).ResponseTemplates as Record<string, string>)['application/json'] ?? ''
    return JSON.parse(template.replace('$context.error.messageString', '"why"')).message
  }

  it.each([
    ['REQUEST_TOO_LARGE', 'MAX_BATCH_ROWS'],
    ['INTEGRATION_TIMEOUT', 'safe to send them again'],
    ['INTEGRATION_FAILURE', 'safe to send the batch again'],
    ['ACCESS_DENIED', 'API_AWS_ROLE_ARN'],
    ['MISSING_AUTHENTICATION_TOKEN', 'ApiUrl'],
    ['THROTTLED', 'api.requestsPerSecond'],
    ['DEFAULT_5XX', 'safe to send the batch again']
  ])('%s says what to do', (type, words) => {
    expect(messageOf(type)).toContain(words)
  })
})
