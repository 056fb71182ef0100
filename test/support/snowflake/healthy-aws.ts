import { routes } from '../../../api/runtime/external-functions.ts'
import type { SnowflakeTrusts } from '../../../api/setup/aws-deployment.ts'
import type { AwsFacts } from '../../../api/setup/doctor/facts.ts'
import { inMemoryUrl } from './in-memory-aws.ts'
import { exampleVariables } from './setup-world.ts'

/** The one session that the API answers. */
export const sessionArn = 'arn:aws:sts::111122223333:assumed-role/push_to_dynamo_invoke/snowflake'
/** A resource policy that allows one caller and denies the rest. */
export const policyOf = (principal: string, resource = 'arn:aws:execute-api:eu-central-1:1:a1b2c3d4e5/*') =>
  JSON.stringify({
    Statement: [
      { Effect: 'Allow', Principal: { AWS: principal }, Action: 'execute-api:Invoke', Resource: resource },
      { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'execute-api:Invoke', Resource: resource }
    ]
  })

/** What the doctor reads on AWS when all is right. */
export const healthyAws = ({ invoke, unload }: SnowflakeTrusts): AwsFacts => {
  const trustOf = ({ principal, externalId }: typeof invoke) => ({
    principals: [principal],
    externalIds: [externalId]
  })
  const methods = routes.flatMap((route) =>
    ['POST', 'GET'].map((method) => ({
      name: `${method} ${route}`,
      authorization: 'AWS_IAM',
      needsKey: false,
      integration: 'AWS_PROXY'
    }))
  )
  return {
    outputs: {
      apiUrl: inMemoryUrl,
      invokeRoleArn: exampleVariables.invoke_role_arn ?? '',
      unloadRoleArn: exampleVariables.unload_role_arn ?? '',
      pushFunction: 'push'
    },
    invokeTrust: trustOf(invoke),
    unloadTrust: trustOf(unload),
    api: {
      id: 'a1b2c3d4e5',
      endpointTypes: ['REGIONAL'],
      policy: policyOf(sessionArn),
      methods,
      served: new Map(methods.map(({ name, authorization }) => [name, authorization]))
    },
    push: { state: 'Active', lastUpdate: 'Successful', timeoutSeconds: 29, deadlineMs: 20_000 },
    operation: {
      subscribers: 1,
      mappings: [
        { function: 'load', state: 'Enabled' },
        { function: 'spill', state: 'Enabled' }
      ],
      deadLetters: [{ url: 'load', messages: 0 }],
      tables: [{ name: 'orders', isRestorable: true, ttl: 'expires_at', writeUnits: 4000 }],
      concurrency: { limit: 1000, unreserved: 800, push: 200 },
      hasBulkPut: true
    }
  }
}
