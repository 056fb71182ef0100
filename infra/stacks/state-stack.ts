import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { calledByName } from '../constructs/called.ts'
import { KeptParts } from '../constructs/kept-parts.ts'
import type { Settings } from '../settings.ts'

/** The stack of what must outlive a deployment. */
export class StateStack extends Stack {
  readonly parts: KeptParts

  constructor(scope: Construct, id: string, settings: Settings, props: StackProps = {}) {
    super(scope, id, { ...props, terminationProtection: true, description: 'push_to_dynamo: what is kept' })
    // CDK leaves this id out of those of the resources.
    this.parts = new KeptParts(this, 'Default', { settings, called: calledByName(settings) })
    for (const [name, value] of Object.entries(this.parts.outputs())) new CfnOutput(this, name, { value })
  }
}
