import type { Facts } from './facts.ts'
import { failed, ok, unknown, type Verdict } from './finding.ts'

const setup = ({ connection }: Facts): string => `npm run setup -- --connection ${connection}`

/** 6: each function calls its own route, not the stage. */
export const resourceUrls = (facts: Facts): Verdict => {
  const { apiUrl } = facts.aws.outputs
  const expected = `${apiUrl}/push and its like`
  for (const { name, route, url } of facts.snowflake.functions) {
    const wanted = `${apiUrl}${route}`
    if (url === undefined)
      return failed(`there is no function ${name}`, `${name} calls ${wanted}`, setup(facts))
    if (url !== wanted) return failed(`${name} calls ${url}`, `${name} calls ${wanted}`, setup(facts))
  }
  return ok(expected)
}

/** 8: the integration lets functions call this API. */
export const allowedPrefixes = (facts: Facts): Verdict => {
  const { apiUrl } = facts.aws.outputs
  const prefixes = facts.snowflake.api?.get('API_ALLOWED_PREFIXES') ?? ''
  const expected = `API_ALLOWED_PREFIXES has ${apiUrl}/`
  const list = prefixes.replace(/[[\]'"\s]/g, '').split(',')
  return list.some((prefix) => prefix !== '' && `${apiUrl}/push`.startsWith(prefix))
    ? ok(prefixes)
    : failed(prefixes || 'no such integration', expected, setup(facts))
}

/** 10: the function answers before API Gateway gives up at 29 s. */
export const lambdaAnswers = ({ aws, call }: Facts): Verdict => {
  const { state, lastUpdate, timeoutSeconds, deadlineMs } = aws.push
  const expected = `${aws.outputs.pushFunction} is active, answers within PUSH_DEADLINE_MS and has up to 29 s`
  const saw = `state ${state}, update ${lastUpdate}, time-out ${timeoutSeconds} s, deadline ${deadlineMs} ms`
  const isReady = /^(Active|Inactive)$/.test(state) && lastUpdate !== 'Failed'
  if (!isReady || timeoutSeconds > 29 || deadlineMs >= timeoutSeconds * 1000)
    return failed(saw, expected, 'npm run deploy -- --revert-drift')
  if ('refusal' in call && /\b50[0234]\b/.test(call.refusal))
    return failed(call.refusal, expected, `aws logs tail /aws/lambda/${aws.outputs.pushFunction} --since 1h`)
  return ok(saw)
}

/** 13: only a call by Snowflake itself proves the permissions; the console's Test button skips them. */
export const provedByCall = (facts: Facts, others: readonly Verdict[]): Verdict => {
  const { call } = facts
  const expected =
    'a push by Snowflake itself is answered {"status":"valid"}; the Test button of the console proves nothing'
  if ('leftOut' in call) return unknown(call.leftOut, expected, 'name a table: --test-table orders=id:S')
  if ('answer' in call && /"status":\s*"valid"/.test(call.answer)) return ok(`Snowflake got ${call.answer}`)
  const saw = 'answer' in call ? `Snowflake got ${call.answer}` : call.refusal
  return others.some(({ state }) => state === 'failed')
    ? unknown(saw, expected, 'mend what failed above, then run this again')
    : failed(saw, expected, setup(facts))
}
