import { fileURLToPath } from 'node:url'
import { App, Stack, type StackProps } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import type { Construct } from 'constructs'
import { PushToDynamo, type PushToDynamoProps } from '../../infra/push-to-dynamo.ts'
import type { Resource } from './synthesized.ts'

const folder = fileURLToPath(new URL('./stub-bundle', import.meta.url))

/** The construct with code that nobody runs. */
export const pushOf = (scope: Construct, id: string, props: PushToDynamoProps): PushToDynamo =>
  new PushToDynamo(scope, id, props, { push: folder, bulk: folder, version: 'test' })

/** A stack of somebody else's app. */
export const ownStack = (props: StackProps = {}, app = new App({ analyticsReporting: false })) =>
  new Stack(app, 'Orders', props)

/** What a stack becomes, resources by their ids. */
export const resourcesOf = (stack: Stack) => {
  const template = Template.fromStack(stack)
  const all = Object.entries(template.toJSON().Resources as Record<string, Resource>)
  return {
    template,
    byId: new Map(all),
    ofType: (type: string): Resource[] => all.map(([, each]) => each).filter(({ Type }) => Type === type)
  }
}
