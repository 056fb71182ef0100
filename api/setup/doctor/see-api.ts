import {
  type APIGatewayClient,
  GetDeploymentCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  GetStageCommand,
  type Resource
} from '@aws-sdk/client-api-gateway'
import type { ApiFacts, MethodFacts } from './facts.ts'

/** More than our API has. */
const mostResources = 500

/**
 * The REST API behind a URL `https://<id>.execute-api.<region>.amazonaws.com/<stage>/…`.
 *
 * @throws NotFoundException when it is no REST API of this account and Region
 */
export const seeApi = async (gateway: APIGatewayClient, url: string): Promise<ApiFacts> => {
  const { hostname, pathname } = new URL(url)
  const restApiId = hostname.split('.', 1)[0] ?? ''
  const { policy = '', endpointConfiguration } = await gateway.send(new GetRestApiCommand({ restApiId }))
  const { items = [] } = await gateway.send(
    new GetResourcesCommand({ restApiId, limit: mostResources, embed: ['methods'] })
  )
  return {
    id: restApiId,
    endpointTypes: endpointConfiguration?.types ?? [],
    policy: unescaped(policy),
    methods: items.flatMap(methodsOf),
    served: await servedBy(gateway, restApiId, pathname.split('/')[1] ?? '')
  }
}

const methodsOf = ({ path = '', resourceMethods = {} }: Resource): MethodFacts[] =>
  Object.entries(resourceMethods).map(([method, seen]) => ({
    name: `${method} ${path}`,
    authorization: seen.authorizationType ?? 'NONE',
    needsKey: seen.apiKeyRequired ?? false,
    integration: seen.methodIntegration?.type ?? 'none'
  }))

/** What the stage serves, from the summary of its deployment. */
const servedBy = async (
  gateway: APIGatewayClient,
  restApiId: string,
  stageName: string
): Promise<ReadonlyMap<string, string> | undefined> => {
  const { deploymentId } = await gateway.send(new GetStageCommand({ restApiId, stageName }))
  if (deploymentId === undefined) return undefined
  const { apiSummary } = await gateway.send(
    new GetDeploymentCommand({ restApiId, deploymentId, embed: ['apisummary'] })
  )
  const methods = Object.entries(apiSummary ?? {}).flatMap(([path, byMethod]) =>
    Object.entries(byMethod).flatMap(([method, { authorizationType }]) =>
      authorizationType === undefined ? [] : [[`${method} ${path}`, authorizationType] as const]
    )
  )
  return methods.length === 0 ? undefined : new Map(methods)
}

/** API Gateway hands the policy out with every quote escaped once more. */
const unescaped = (policy: string): string => (policy.startsWith('{\\"') ? JSON.parse(`"${policy}"`) : policy)
