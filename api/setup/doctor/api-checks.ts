import { externalFunctions } from '../../runtime/external-functions.ts'
import { listOf, principalsOf, statementsOf } from '../role-trust.ts'
import type { ApiFacts, Facts, MethodFacts } from './facts.ts'
import { failed, ok, unknown, type Verdict } from './finding.ts'

/** By CloudFormation's drift-aware change sets: what was changed by hand is put back, and the stage deployed. */
const redeploy = 'npm run deploy -- --revert-drift'
const noApi = (expected: string): Verdict => unknown('no REST API to look at', expected, 'mend 9 first')

const wantedMethods = [...new Set(externalFunctions.map(({ route }) => route))].flatMap((route) => [
  `POST ${route}`,
  `GET ${route}`
])

/** The stage serves what was deployed last, not what is configured. */
const createDeployment = ({ aws }: Facts): string =>
  `aws apigateway create-deployment --rest-api-id ${aws.api?.id} --stage-name ${stageOf(aws.outputs.apiUrl)}`

const stageOf = (apiUrl: string): string => apiUrl.slice(apiUrl.lastIndexOf('/') + 1)

/** Methods that are not as they should be, by name. */
const odd = (api: ApiFacts, isOdd: (method: MethodFacts) => boolean): string =>
  api.methods
    .filter((method) => wantedMethods.includes(method.name) && isOdd(method))
    .map(({ name }) => name)
    .join(', ')

/** `arn:aws:iam::1:role/name` → the one session that Snowflake opens. */
const sessionOf = (roleArn: string): string =>
  `${roleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/snowflake`

/** 3: the resource policy names the session, and every method. */
export const resourcePolicy = (facts: Facts): Verdict => {
  const { api, outputs } = facts.aws
  const session = sessionOf(outputs.invokeRoleArn)
  const expected = `the resource policy allows ${session} on every method`
  if (api === undefined) return noApi(expected)
  if (api.policy === '') return failed('there is no resource policy', expected, redeploy)
  const allowing = statementsOf(api.policy).filter(({ Effect }) => Effect === 'Allow')
  const named = allowing.filter((statement) => principalsOf(statement).includes(session))
  if (named.length === 0)
    return failed(`it allows ${allowing.flatMap(principalsOf).join(', ') || 'nobody'}`, expected, redeploy)
  const resources = named.flatMap(({ Resource }) => listOf(Resource))
  const uncovered = wantedMethods.filter(
    (method) => !resources.some((resource) => covers(resource, stageOf(outputs.apiUrl), method))
  )
  return uncovered.length === 0
    ? ok(`the resource policy allows ${session}`)
    : failed(`it leaves out ${uncovered.join(', ')}`, expected, redeploy)
}

/** Whether `…:api-id/v1/POST/*` or `execute-api:/*` covers `POST /push` of the stage. */
const covers = (resource: string, stage: string, method: string): boolean => {
  const path = `/${stage}/${method.replace(' ', '')}`
  const pattern = resource.slice(resource.indexOf('/'))
  return new RegExp(`^${pattern.split('*').map(RegExp.escape).join('.*')}$`).test(path)
}

/** 4: every method asks for a signature. */
export const signedMethods = (facts: Facts): Verdict => {
  const { api } = facts.aws
  const expected = 'AWS_IAM on every method'
  if (api === undefined) return noApi(expected)
  const open = odd(api, ({ authorization }) => authorization !== 'AWS_IAM')
  return open === '' ? ok(expected) : failed(`no AWS_IAM on ${open}`, expected, redeploy)
}

/** 5: the stage serves what is configured. Where API Gateway does not tell, a refused call of a right policy does. */
export const deployedStage = (facts: Facts): Verdict => {
  const { api } = facts.aws
  const expected = 'the stage serves the methods and the policy as they are configured'
  if (api === undefined) return noApi(expected)
  const stale = odd(
    api,
    ({ name, authorization }) => api.served !== undefined && api.served.get(name) !== authorization
  )
  if (stale !== '')
    return failed(`the stage serves older settings of ${stale}`, expected, createDeployment(facts))
  if (!isRefused(facts)) return ok(expected)
  if (resourcePolicy(facts).state === 'ok' && signedMethods(facts).state === 'ok')
    return failed('the policy is right and the stage still refuses', expected, createDeployment(facts))
  return unknown('the call is refused for another reason', expected, 'mend 3 and 4 first')
}

const isRefused = ({ call }: Facts): boolean =>
  'refusal' in call && /\b403\b/.test(call.refusal) && !/Forbidden|no such path/i.test(call.refusal)

/** 7: API Gateway hands the request to the function as it is. */
export const lambdaProxy = (facts: Facts): Verdict => {
  const { api } = facts.aws
  const expected = 'Lambda proxy integration on every method'
  if (api === undefined) return noApi(expected)
  const other = odd(api, ({ integration }) => integration !== 'AWS_PROXY')
  return other === '' ? ok(expected) : failed(`another integration on ${other}`, expected, redeploy)
}

/** 9: what Snowflake can call is a REST API, regional or private. */
export const restApi = ({ aws, snowflake }: Facts): Verdict => {
  const expected = 'a REST API of this account and Region, REGIONAL or PRIVATE'
  const url = snowflake.functions.find((each) => each.url)?.url ?? aws.outputs.apiUrl
  if (aws.api === undefined)
    return failed(`${url} belongs to none: an HTTP API, a function URL, or removed`, expected, redeploy)
  const types = aws.api.endpointTypes.join(', ')
  if (types === '') return unknown('API Gateway does not tell its endpoint type', expected, redeploy)
  return /^(REGIONAL|PRIVATE)$/.test(types) ? ok(types) : failed(types, expected, redeploy)
}

/** 11: no method asks for an API key, which the integration does not have. */
export const noKey = (facts: Facts): Verdict => {
  const { api } = facts.aws
  const expected = 'no method asks for an API key'
  if (api === undefined) return noApi(expected)
  const asking = odd(api, ({ needsKey }) => needsKey)
  return asking === '' ? ok(expected) : failed(`${asking} asks for an API key`, expected, redeploy)
}

/** 12: Snowflake posts a batch, and polls for it by GET on the same path. */
export const bothMethods = ({ aws: { api } }: Facts): Verdict => {
  const expected = 'POST and GET on every path'
  if (api === undefined) return noApi(expected)
  const missing = wantedMethods.filter((wanted) => !api.methods.some(({ name }) => name === wanted))
  return missing.length === 0 ? ok(expected) : failed(`no ${missing.join(', ')}`, expected, redeploy)
}
