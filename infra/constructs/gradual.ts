import type { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { LambdaDeploymentConfig, LambdaDeploymentGroup } from 'aws-cdk-lib/aws-codedeploy'
import { Alias, type Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda'
import type { Construct } from 'constructs'

/** The name under which API Gateway calls the function while new code comes gradually. */
export const liveAlias = (scope: Construct, lambda: LambdaFunction): Alias =>
  new Alias(scope, 'Live', { aliasName: 'live', version: lambda.currentVersion })

/** A tenth of the calls for five minutes, then all; back to the former version when an alarm goes off. */
export const deployGradually = (scope: Construct, alias: Alias, alarms: readonly Alarm[]): void => {
  new LambdaDeploymentGroup(scope, 'Gradual', {
    alias,
    deploymentConfig: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
    alarms: [...alarms]
  })
}
