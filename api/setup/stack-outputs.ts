import type { CloudFormationClient } from '@aws-sdk/client-cloudformation'

/** Outputs of a deployment by name: `infra/outputs.ts`. */
export type Outputs = Readonly<Record<string, string>>

/** Every deployment tells this; a construct's outputs begin with its place in its stack. */
const mark = 'InvokeRoleArn'

/**
 * The outputs of one deployment among those of a stack, by their names alone: a construct `Push` calls them `PushApiUrl`.
 *
 * @param construct which one, where a stack holds several
 * @throws Error when it is not clear which one, or there is no such
 */
export const outputsOfOne = (outputs: Outputs, construct?: string): Outputs => {
  const all = Object.keys(outputs).flatMap((key) => (key.endsWith(mark) ? [key.slice(0, -mark.length)] : []))
  const [first, second] = all
  const prefix = construct ?? first
  if (prefix === undefined) return outputs
  if (!all.includes(prefix))
    throw new Error(`the stack has no construct ${construct}: --construct takes one of ${all.join(', ')}`)
  if (construct === undefined && second !== undefined)
    throw new Error(`the stack holds several constructs: name one by --construct, of ${all.join(', ')}`)
  return Object.fromEntries(
    Object.entries(outputs).flatMap(([key, value]) =>
      key.startsWith(prefix) ? [[key.slice(prefix.length), value]] : []
    )
  )
}

/** @throws Error when there is no such stack */
export const readOutputs = async (
  cloudformation: CloudFormationClient,
  StackName: string,
  construct?: string
): Promise<Outputs> => {
  const { DescribeStacksCommand } = await import('@aws-sdk/client-cloudformation')
  const { Stacks } = await cloudformation
    .send(new DescribeStacksCommand({ StackName }))
    .catch((error: Error) => {
      if (/does not exist/.test(error.message))
        throw new Error(`there is no stack ${StackName} in this account and Region: npm run setup makes it`)
      throw error
    })
  const outputs = Object.fromEntries(
    (Stacks?.[0]?.Outputs ?? []).map(({ OutputKey = '', OutputValue = '' }) => [OutputKey, OutputValue])
  )
  return outputsOfOne(outputs, construct)
}
