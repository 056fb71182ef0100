import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Bundles } from '../bundles.ts'
import { calledByName } from '../constructs/called.ts'
import { ServiceParts } from '../constructs/service-parts.ts'
import type { Settings } from '../settings.ts'
import type { StateStack } from './state-stack.ts'

export interface ServiceStackProps extends StackProps {
  readonly settings: Settings
  readonly state: StateStack
  readonly bundles: Bundles
}

/** The stack of what can be replaced at any time. */
export class ServiceStack extends Stack {
  readonly parts: ServiceParts

  constructor(scope: Construct, id: string, props: ServiceStackProps) {
    super(scope, id, { ...props, description: 'push_to_dynamo: API, loaders, roles of Snowflake' })
    const { settings, state, bundles } = props
    // CDK leaves this id out of those of the resources.
    this.parts = new ServiceParts(this, 'Default', {
      ...{ settings, bundles, kept: state.parts },
      called: calledByName(settings)
    })
    for (const [name, value] of Object.entries(this.parts.outputs())) new CfnOutput(this, name, { value })
  }
}
