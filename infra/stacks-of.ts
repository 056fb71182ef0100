import { Annotations, type App, type Environment, Tags } from 'aws-cdk-lib'
import type { Bundles } from './bundles.ts'
import { homeOf } from './home.ts'
import { explainExceptions } from './nag.ts'
import { namesOf } from './names.ts'
import type { Settings } from './settings.ts'
import { ServiceStack } from './stacks/service-stack.ts'
import { StateStack } from './stacks/state-stack.ts'

/** Settings → the two stacks, with the reason for each rule that they do not follow. */
export const stacksOf = (app: App, settings: Settings, bundles: Bundles) => {
  const names = namesOf(settings.name)
  const where = placeOf(settings)
  const state = new StateStack(app, names.stateStack, settings, where)
  const service = new ServiceStack(app, names.serviceStack, { ...where, settings, state, bundles })
  for (const [name, value] of Object.entries(settings.tags)) Tags.of(app).add(name, value)
  explainExceptions(state, service, settings)
  warn(service, settings)
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

/** What is allowed and may surprise. */
const warn = (service: ServiceStack, { alarms, reservedConcurrency, api }: Settings): void => {
  const say = (id: string, text: string) => Annotations.of(service).addWarningV2(`push_to_dynamo:${id}`, text)
  if (alarms.mail === undefined && alarms.topicArn === undefined)
    say(
      'nobody-is-told',
      'Nobody is told when an alarm goes off: set alarms.mail or alarms.topicArn, or subscribe to the topic of the output AlarmTopicArn.'
    )
  if (reservedConcurrency.push === undefined)
    say(
      'push-takes-all',
      `The push function may take the concurrency of the whole account: ${api.requestsPerSecond} requests a second of up to ${api.deadlineMs / 1000} s each. Set reservedConcurrency.push; npm run deploy proposes a number.`
    )
}
