import { RemovalPolicy, Size } from 'aws-cdk-lib'
import {
  AccessLogFormat,
  AuthorizationType,
  AwsIntegration,
  type CfnRestApi,
  EndpointType,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi
} from 'aws-cdk-lib/aws-apigateway'
import {
  AnyPrincipal,
  ArnPrincipal,
  Effect,
  type IRole,
  PolicyDocument,
  PolicyStatement,
  ServicePrincipal
} from 'aws-cdk-lib/aws-iam'
import type { IFunction } from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { routes } from '../../api/runtime/external-functions.ts'
import { securityPolicies } from '../setting-forms.ts'
import type { Settings } from '../settings.ts'
import { addGatewayAnswers } from './gateway-answers.ts'

export interface RowApiProps {
  /** Of the deployment. */
  readonly name: string
  /** The function, or its alias. */
  readonly push: IFunction
  readonly settings: Settings['api']
  readonly tracing: boolean
  readonly logDays: number
  readonly invokeRole: IRole
  /** The one session that may call. */
  readonly sessionArn: string
  /** Where not empty the API is private: calls come from these VPCs of Snowflake alone. */
  readonly vpcs: readonly string[]
}

/** Smaller answers are not worth the time. */
const compressedFromBytes = 1024

/** The REST API in front of the push function: signed requests of one session, no bodies in any log. */
export class RowApi extends Construct {
  readonly api: RestApi
  readonly accessLog: LogGroup

  constructor(scope: Construct, id: string, props: RowApiProps) {
    super(scope, id)
    const { push, settings, invokeRole, sessionArn, vpcs } = props
    const log = { retention: props.logDays as RetentionDays, removalPolicy: RemovalPolicy.RETAIN }
    this.accessLog = new LogGroup(this, 'AccessLog', log)
    this.api = new RestApi(this, 'Api', {
      restApiName: props.name,
      description: 'External functions of Snowflake: rows to and from DynamoDB',
      endpointTypes: [vpcs.length > 0 ? EndpointType.PRIVATE : EndpointType.REGIONAL],
      policy: callersOf(sessionArn, invokeRole.roleArn, vpcs),
      minCompressionSize: Size.bytes(compressedFromBytes),
      ...(settings.createLogsRole
        ? { cloudWatchRole: true, cloudWatchRoleRemovalPolicy: RemovalPolicy.RETAIN }
        : { cloudWatchRole: false }),
      deployOptions: {
        stageName: settings.stage,
        throttlingRateLimit: settings.requestsPerSecond,
        throttlingBurstLimit: settings.burst,
        // By method they are custom metrics, which cost; those of the whole API do not, and do.
        metricsEnabled: false,
        ...(props.tracing ? { tracingEnabled: true } : {}),
        loggingLevel: MethodLoggingLevel.ERROR,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(this.accessLog),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(accessLine))
      }
    })
    speakTls(this.api, settings.minTls)
    // The policy names a session of the role: the role must exist first.
    this.api.node.addDependency(invokeRole)
    // API Gateway makes this group by itself, and would keep it for ever.
    const executionLog = new LogGroup(this, 'ExecutionLog', {
      ...log,
      logGroupName: `API-Gateway-Execution-Logs_${this.api.restApiId}/${settings.stage}`
    })
    this.api.deploymentStage.node.addDependency(executionLog)

    const toPush = callOf(push, this.api, settings.stage)
    const signed = { authorizationType: AuthorizationType.IAM }
    // Snowflake posts a batch and polls for it by GET on the same path.
    for (const route of routes)
      for (const method of ['POST', 'GET'])
        this.api.root.resourceForPath(route).addMethod(method, toPush, signed)
    this.api.root.addResource('health').addMethod('GET', toPush, signed)
    addGatewayAnswers(this.api)
  }
}

/**
 * A call of the function from this stage only: CDK's own integration would let the console's test calls in as well, and
 * who may make those (`apigateway:POST` on a method) needs no signature of the session.
 * https://docs.aws.amazon.com/apigateway/latest/api/API_TestInvokeMethod.html
 */
const callOf = (push: IFunction, api: RestApi, stage: string): AwsIntegration => {
  push.addPermission('FromStage', {
    principal: new ServicePrincipal('apigateway.amazonaws.com'),
    sourceArn: api.arnForExecuteApi('*', '/*', stage)
  })
  return new AwsIntegration({
    proxy: true,
    service: 'lambda',
    path: `2015-03-31/functions/${push.functionArn}/invocations`
  })
}

/**
 * Allows the session, and refuses every other principal: in its own account an identity policy would be enough
 * to call. https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-authorization-flow.html
 * A private API asks for the caller's VPC as well: https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-private-apis.html
 */
const callersOf = (sessionArn: string, roleArn: string, vpcs: readonly string[]): PolicyDocument => {
  const invoke = { actions: ['execute-api:Invoke'], resources: ['execute-api:/*'] }
  return new PolicyDocument({
    statements: [
      new PolicyStatement({ ...invoke, principals: [new ArnPrincipal(sessionArn)] }),
      new PolicyStatement({
        ...invoke,
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        // The key holds the role of a session; the session itself is named for readers of the policy.
        conditions: { ArnNotEquals: { 'aws:PrincipalArn': [roleArn, sessionArn] } }
      }),
      ...(vpcs.length > 0
        ? [
            new PolicyStatement({
              ...invoke,
              effect: Effect.DENY,
              principals: [new AnyPrincipal()],
              conditions: { StringNotEquals: { 'aws:SourceVpc': [...vpcs] } }
            })
          ]
        : [])
    ]
  })
}

/**
 * By default a Regional endpoint still takes TLS 1.0.
 * https://docs.aws.amazon.com/apigateway/latest/developerguide/apigateway-security-policies.html
 */
const speakTls = (api: RestApi, minTls: Settings['api']['minTls']): void => {
  const policy = securityPolicies[minTls]
  if (policy === undefined) return
  const plain = api.node.defaultChild as CfnRestApi
  plain.securityPolicy = policy
  // It goes with the policy. STRICT also asks that the TLS name is that of the API.
  plain.endpointAccessMode = 'BASIC'
}

/** No headers and no bodies: only what says who called, what came of it and how long it took. */
const accessLine = {
  requestId: '$context.requestId',
  time: '$context.requestTimeEpoch',
  method: '$context.httpMethod',
  path: '$context.resourcePath',
  status: '$context.status',
  caller: '$context.identity.userArn',
  responseBytes: '$context.responseLength',
  ms: '$context.responseLatency',
  integrationMs: '$context.integrationLatency',
  integrationStatus: '$context.integration.integrationStatus',
  /** Of the function's own log lines. */
  functionRequestId: '$context.integration.requestId',
  tls: '$context.tlsVersion',
  error: '$context.error.message'
} as const
