import { type Duration, RemovalPolicy } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import {
  Architecture,
  Code,
  Function as LambdaFunction,
  RecursiveLoop,
  Runtime,
  Tracing
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, type RetentionDays } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'

export interface ServiceFunctionProps {
  readonly description: string
  /** Folder with `index.mjs`, which exports `handler`. */
  readonly bundle: string
  readonly timeout: Duration
  readonly memoryMb: number
  readonly reservedConcurrency?: number | undefined
  readonly environment: Readonly<Record<string, string>>
  readonly logDays: number
  readonly tracing: boolean
  /**
   * It sends messages to the queue that calls it.
   * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
   */
  readonly mayCallItself?: boolean
}

/** A Lambda as all of ours are: Node 24 on arm64, a log that ends, a role that may write this log and nothing else. */
export class ServiceFunction extends Construct {
  readonly lambda: LambdaFunction
  readonly role: Role
  readonly logGroup: LogGroup

  constructor(scope: Construct, id: string, props: ServiceFunctionProps) {
    super(scope, id)
    this.logGroup = new LogGroup(this, 'Log', {
      retention: props.logDays as RetentionDays,
      removalPolicy: RemovalPolicy.RETAIN
    })
    this.role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') })
    this.role.addToPolicy(
      new PolicyStatement({
        actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
        resources: [this.logGroup.logGroupArn]
      })
    )
    this.lambda = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      code: Code.fromAsset(props.bundle),
      handler: 'index.handler',
      role: this.role,
      logGroup: this.logGroup,
      memorySize: props.memoryMb,
      timeout: props.timeout,
      environment: { ...props.environment },
      ...(props.tracing ? { tracing: Tracing.ACTIVE } : {}),
      ...(props.mayCallItself ? { recursiveLoop: RecursiveLoop.ALLOW } : {}),
      ...(props.reservedConcurrency === undefined
        ? {}
        : { reservedConcurrentExecutions: props.reservedConcurrency })
    })
  }
}
