import { type App, type Environment, Tags } from 'aws-cdk-lib'
import type { Bundles } from './bundles.ts'
import { calledByName } from './constructs/called.ts'
import { homeOf } from './home.ts'
import { explainKept, explainService } from './nag.ts'
import { namesOf } from './names.ts'
import type { Settings } from './settings.ts'
import { ServiceStack } from './stacks/service-stack.ts'
import { StateStack } from './stacks/state-stack.ts'
import { warnOf } from './warnings.ts'

/** Settings → the two stacks, with the reason for each rule that they do not follow. */
export const stacksOf = (app: App, settings: Settings, bundles: Bundles) => {
  const names = namesOf(settings.name)
  const where = placeOf(settings)
  const state = new StateStack(app, names.stateStack, settings, where)
  const service = new ServiceStack(app, names.serviceStack, { ...where, settings, state, bundles })
  for (const [name, value] of Object.entries(settings.tags)) Tags.of(app).add(name, value)
  explainKept(state)
  const { jobArns } = state.parts.tables
  explainService(service, settings, { bucketName: calledByName(settings).bucket, jobArns })
  warnOf(service, settings)
  return { state, service }
}

/** Nowhere in particular, unless ARNs among the settings say where: then CDK deploys there only. */
const placeOf = ({ tables }: Settings): { readonly env?: Environment } => {
  const home = homeOf(tables)
  if ('wrong' in home || (home.account ?? home.region) === undefined) return {}
  const { account, region } = home
  return {
    env: { ...(account === undefined ? {} : { account }), ...(region === undefined ? {} : { region }) }
  }
}
