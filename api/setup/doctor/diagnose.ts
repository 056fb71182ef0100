import {
  bothMethods,
  deployedStage,
  lambdaProxy,
  noKey,
  resourcePolicy,
  restApi,
  signedMethods
} from './api-checks.ts'
import { attentionFindings } from './attention-findings.ts'
import { allowedPrefixes, lambdaAnswers, provedByCall, resourceUrls } from './call-checks.ts'
import type { Facts } from './facts.ts'
import type { Finding, Verdict } from './finding.ts'
import {
  alarmsAreHeard,
  bulkPutIsKnown,
  concurrencyIsShared,
  queuesAreWorked,
  tablesAreRestorable,
  tablesAreWarm,
  tablesExpire
} from './operation-checks.ts'
import type { OperationFacts } from './operation-facts.ts'
import { pagesAreCurrent } from './page-checks.ts'
import { externalId, trustPrincipal } from './trust-checks.ts'

// The failures of a set-up that Snowflake's own page on troubleshooting, and experience, know:
// https://docs.snowflake.com/en/sql-reference/external-functions-creating-aws-troubleshooting

const checks: ReadonlyArray<readonly [name: string, check: (facts: Facts) => Verdict]> = [
  ['trust_principal', trustPrincipal],
  ['external_id', externalId],
  ['resource_policy', resourcePolicy],
  ['method_without_iam', signedMethods],
  ['stage_not_deployed', deployedStage],
  ['function_url', resourceUrls],
  ['lambda_proxy', lambdaProxy],
  ['allowed_prefixes', allowedPrefixes],
  ['kind_of_api', restApi],
  ['lambda_fails', lambdaAnswers],
  ['api_key', noKey],
  ['get_missing', bothMethods]
]

const operation: ReadonlyArray<readonly [name: string, check: (facts: OperationFacts) => Verdict]> = [
  ['alarms_unheard', alarmsAreHeard],
  ['queues_not_worked', queuesAreWorked],
  ['not_restorable', tablesAreRestorable],
  ['ttl_off', tablesExpire],
  ['stated_units', tablesAreWarm],
  ['concurrency', concurrencyIsShared],
  ['bulk_put', bulkPutIsKnown]
]

/**
 * Thirteen findings about failures and eight about how the deployment is run, whatever the facts; then what needs a
 * person by `dynamo_attention`. Numbered.
 */
export const diagnose = (facts: Facts): readonly Finding[] => {
  const verdicts = checks.map(([, check]) => check(facts))
  return [
    ...checks.map(([name], n) => ({ number: n + 1, name, ...(verdicts[n] as Verdict) })),
    { number: checks.length + 1, name: 'call_by_snowflake', ...provedByCall(facts, verdicts) },
    ...operation.map(([name, check], n) => ({
      number: checks.length + 2 + n,
      name,
      ...check(facts.aws.operation)
    })),
    { number: checks.length + 2 + operation.length, name: 'pages_old', ...pagesAreCurrent(facts) },
    ...attentionFindings(facts.attention, checks.length + 3 + operation.length)
  ]
}
