import { APIGatewayClient } from '@aws-sdk/client-api-gateway'
import { CloudFormationClient } from '@aws-sdk/client-cloudformation'
import { IAMClient } from '@aws-sdk/client-iam'
import { GetFunctionConfigurationCommand, LambdaClient } from '@aws-sdk/client-lambda'
import type { DeploymentNames } from '../../../infra/names.ts'
import { readRoleTrust } from '../role-trust.ts'
import { type Outputs, readOutputs } from '../stack-outputs.ts'
import type { AwsSettings } from './aws-settings.ts'
import type { AwsFacts, LambdaFacts, StackOutputs } from './facts.ts'
import { seeApi } from './see-api.ts'
import { seeOperation } from './see-operation.ts'

/**
 * Reads roles, API, functions, queues and tables; changes nothing.
 *
 * @param names the stacks of the deployment, or what was read of one's own
 * @param functionUrl what the functions call; else what the stack tells
 * @throws Error when the stack is not deployed, the SDK's errors when rights are missing
 */
export const seeAws = async (
  settings: AwsSettings,
  names: Pick<DeploymentNames, 'stateStack' | 'serviceStack'> | { readonly outputs: Outputs },
  functionUrl: string | undefined
): Promise<AwsFacts> => {
  const clients = {
    cloudformation: new CloudFormationClient(settings),
    iam: new IAMClient(settings),
    gateway: new APIGatewayClient(settings),
    lambda: new LambdaClient(settings)
  }
  try {
    const all =
      'outputs' in names
        ? names.outputs
        : {
            ...(await readOutputs(clients.cloudformation, names.serviceStack)),
            ...(await readOutputs(clients.cloudformation, names.stateStack))
          }
    const outputs = stackOutputs(all)
    return {
      outputs,
      invokeTrust: await ifThere(readRoleTrust(clients.iam, outputs.invokeRoleArn)),
      unloadTrust: await ifThere(readRoleTrust(clients.iam, outputs.unloadRoleArn)),
      api: await ifThere(seeApi(clients.gateway, functionUrl ?? outputs.apiUrl)),
      push: await lambdaOf(clients.lambda, outputs.pushFunction),
      operation: await seeOperation(settings, all)
    }
  } finally {
    for (const client of Object.values(clients)) client.destroy()
  }
}

const stackOutputs = ({
  ApiUrl = '',
  InvokeRoleArn = '',
  UnloadRoleArn = '',
  PushFunction = ''
}: Outputs): StackOutputs => ({
  apiUrl: ApiUrl.replace(/\/$/, ''),
  invokeRoleArn: InvokeRoleArn,
  unloadRoleArn: UnloadRoleArn,
  pushFunction: PushFunction
})

const lambdaOf = async (lambda: LambdaClient, FunctionName: string): Promise<LambdaFacts> => {
  const seen = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }))
  return {
    state: seen.State ?? 'unknown',
    lastUpdate: seen.LastUpdateStatus ?? 'unknown',
    timeoutSeconds: seen.Timeout ?? 0,
    deadlineMs: Number(seen.Environment?.Variables?.PUSH_DEADLINE_MS ?? 0)
  }
}

const ifThere = async <T>(seen: Promise<T>): Promise<T | undefined> => {
  try {
    return await seen
  } catch (error) {
    if (['NotFoundException', 'NoSuchEntityException', 'NoSuchEntity'].includes((error as Error).name))
      return undefined
    throw error
  }
}
