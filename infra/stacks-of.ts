import { type App, Tags } from 'aws-cdk-lib'
import type { Bundles } from './bundle.ts'
import { explainExceptions } from './nag.ts'
import type { Settings } from './settings.ts'
import { serviceStackName, stateStackName } from './stack-names.ts'
import { ServiceStack } from './stacks/service-stack.ts'
import { StateStack } from './stacks/state-stack.ts'

export { serviceStackName, stateStackName } from './stack-names.ts'

/** Settings → the two stacks, with the reason for each rule that they do not follow. */
export const stacksOf = (app: App, settings: Settings, bundles: Bundles) => {
  const state = new StateStack(app, stateStackName, settings)
  const service = new ServiceStack(app, serviceStackName, { settings, state, bundles })
  for (const [name, value] of Object.entries(settings.tags)) Tags.of(app).add(name, value)
  explainExceptions(state, service, settings)
  return { state, service }
}
