import { Annotations, Token } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import type { Settings } from './settings.ts'

/** Says what is allowed and may surprise. @param isTold somebody hears alarms, though the settings name nobody */
export const warnOf = (
  scope: Construct,
  { alarms, reservedConcurrency, api }: Settings,
  { isTold = false } = {}
): void => {
  const say = (id: string, text: string) => Annotations.of(scope).addWarningV2(`push_to_dynamo:${id}`, text)
  if (alarms.mail === undefined && alarms.topicArn === undefined && !isTold)
    say(
      'nobody-is-told',
      'Nobody is told when an alarm goes off: set alarms.mail or alarms.topicArn, or subscribe to the topic of the output AlarmTopicArn.'
    )
  if (reservedConcurrency.push !== undefined) return
  const { requestsPerSecond, deadlineMs } = api
  const rate = Token.isUnresolved(requestsPerSecond) ? 'all' : `${requestsPerSecond}`
  say(
    'push-takes-all',
    `The push function may take the concurrency of the whole account: ${rate} requests a second of up to ${deadlineMs / 1000} s each. Set reservedConcurrency.push; npm run deploy proposes a number.`
  )
}
