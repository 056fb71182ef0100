import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { diagnose } from '../../api/setup/doctor/diagnose.ts'
import type { AwsFacts, Facts } from '../../api/setup/doctor/facts.ts'
import { exitCodeOf, findingsJson, findingsText } from '../../api/setup/doctor/print-findings.ts'
import { seeAttention } from '../../api/setup/doctor/see-attention.ts'
import { seePages } from '../../api/setup/doctor/see-pages.ts'
import { seeCall, seeSnowflake } from '../../api/setup/doctor/see-snowflake.ts'
import { openDriverSession } from '../../api/setup/driver-session.ts'
import { healthyAws, policyOf, sessionArn as session } from '../support/snowflake/healthy-aws.ts'
import { inMemoryUrl } from '../support/snowflake/in-memory-aws.ts'
import {
  closeSharedDynamodb,
  exampleVariables,
  openSetupWorld,
  passwordOf,
  type SetupWorld
} from '../support/snowflake/setup-world.ts'

// Snowflake's half is planted in the stand-in and read by the real driver; AWS's half is planted in what the doctor
// reads there (reading it is tested on the emulated AWS).

let world: SetupWorld
let aws: AwsFacts
let heal: () => void
beforeAll(async () => {
  world = await openSetupWorld()
  await world.setup()
  heal = world.snowflake.account.remember()
})
beforeEach(() => {
  heal()
  world.aws.reply.now = undefined
  aws = healthyAws(world.aws.trusts.now ?? expect.fail('not deployed'))
})
afterAll(async () => {
  await world.close()
  await closeSharedDynamodb()
})

const examine = async () => {
  const driver = await openDriverSession(passwordOf(world.snowflake.port))
  try {
    const snowflake = await seeSnowflake(driver, exampleVariables)
    const table = { table: 'orders', keys: [['id', 'S'] as const] }
    const facts: Facts = {
      snowflake,
      pages: await seePages(driver, exampleVariables, false),
      aws,
      call: await seeCall(driver, exampleVariables, table),
      attention: await seeAttention(driver, exampleVariables),
      others: { invoke: [], unload: [] },
      connection: 'work'
    }
    return diagnose(facts)
  } finally {
    await driver.close()
  }
}
const plantAws = (planted: Partial<AwsFacts>) => {
  aws = { ...aws, ...planted }
}
const plantApi = (planted: Partial<NonNullable<AwsFacts['api']>>) => {
  if (aws.api) plantAws({ api: { ...aws.api, ...planted } })
}
/** Planted and deployed. */
const plantMethod = (name: string, planted: Partial<NonNullable<AwsFacts['api']>['methods'][number]>) => {
  const methods = (aws.api?.methods ?? []).map((method) =>
    method.name === name ? { ...method, ...planted } : method
  )
  plantApi({ methods, served: new Map(methods.map((method) => [method.name, method.authorization])) })
}
const integration = () => world.snowflake.account.find('INTEGRATION', 'push_to_dynamo_api').properties
const pushFunction = () =>
  world.snowflake.account.find('FUNCTION', 'push_to_dynamo.app.push_to_dynamo(varchar, object)').properties
const refused = (status: number, text: string) => {
  world.aws.reply.now = { status, text }
}

describe('a healthy set-up', () => {
  it('is ok throughout, and nothing was written or changed to see it', async () => {
    const before = world.snowflake.statements.length
    const findings = await examine()

    expect(findings.filter(({ state }) => state !== 'ok')).toEqual([])
    expect(findings.map(({ number }) => number)).toEqual(Array.from({ length: 22 }, (_, n) => n + 1))
    expect(exitCodeOf(findings)).toBe(0)
    const run = world.snowflake.statements.slice(before)
    expect(run.filter((sql) => !/^(use|describe|show|select)/.test(sql))).toEqual([])
    expect(run.filter((sql) => sql.startsWith('select')).join()).toMatch(/'dry_run', true/)
  })
})

describe('each failure is named when it is planted, with what was seen and the cure', () => {
  const root = { principals: ['arn:aws:iam::123456789012:root'] }
  const arnOfRole = 'arn:aws:iam::111122223333:role/push_to_dynamo_invoke'
  const planted: ReadonlyArray<readonly [number: number, title: string, plant: () => void, saw: RegExp]> = [
    [
      1,
      'a wrong principal',
      () => plantAws({ invokeTrust: { ...aws.invokeTrust, ...root } as never }),
      /trusted to .*:root/
    ],
    [
      1,
      'no external id',
      () => plantAws({ unloadTrust: { ...aws.unloadTrust, externalIds: [] } as never }),
      /no external id/
    ],
    [1, 'no role', () => plantAws({ invokeTrust: undefined }), /no role/],
    [
      2,
      'an integration made anew',
      () => Object.assign(integration(), { API_AWS_EXTERNAL_ID: 'new=' }),
      /made anew/
    ],
    [3, 'a policy for the role', () => plantApi({ policy: policyOf(arnOfRole) }), /allows arn:aws:iam/],
    [
      3,
      'a policy for POST alone',
      () => plantApi({ policy: policyOf(session, 'execute-api:/v1/POST/*') }),
      /leaves out GET/
    ],
    [
      3,
      'a trailing slash',
      () => plantApi({ policy: policyOf(session, 'execute-api:/v1/*/push/') }),
      /leaves out POST \/push/
    ],
    [
      4,
      'an open method',
      () => plantMethod('POST /push', { authorization: 'NONE' }),
      /AWS_IAM on POST \/push/
    ],
    [
      5,
      'a stage that was not deployed',
      () => plantApi({ served: new Map([['POST /push', 'NONE']]) }),
      /older settings/
    ],
    [
      5,
      'a policy that is not deployed',
      () => refused(403, '{"Message":"User: arn:aws:sts is not authorized"}'),
      /still refuses/
    ],
    [
      6,
      'the URL of the stage',
      () => Object.assign(pushFunction(), { body: `${inMemoryUrl}/` }),
      /calls https:.*v1\/$/
    ],
    [7, 'no proxy integration', () => plantMethod('POST /push', { integration: 'AWS' }), /POST \/push/],
    [
      8,
      'a prefix of another API',
      () => Object.assign(integration(), { API_ALLOWED_PREFIXES: 'https://x/' }),
      /https:\/\/x\//
    ],
    [9, 'an HTTP API', () => plantAws({ api: undefined }), /HTTP API/],
    [9, 'an edge API', () => plantApi({ endpointTypes: ['EDGE'] }), /EDGE/],
    [10, 'a function that fails', () => refused(502, '{"message":"Internal server error"}'), /502/],
    [10, 'a time-out over 29 s', () => plantAws({ push: { ...aws.push, timeoutSeconds: 60 } }), /60 s/],
    [11, 'an API key', () => plantMethod('GET /push', { needsKey: true }), /GET \/push asks/],
    [
      12,
      'no GET',
      () => plantApi({ methods: aws.api?.methods.filter(({ name }) => name !== 'GET /get') }),
      /no GET \/get/
    ],
    [13, 'what only a call shows', () => Object.assign(integration(), { ENABLED: 'false' }), /disabled/]
  ]
  it.each(planted)('%i: %s', async (number, _, plant, saw) => {
    plant()
    const findings = await examine()
    const failed = findings.filter(({ state }) => state === 'failed')

    expect(failed.map((finding) => finding.number)).toEqual([number])
    expect(failed[0]?.saw).toMatch(saw)
    expect(failed[0]?.expected).not.toBe('')
    expect(failed[0]?.mend).toMatch(/^(npm run|aws) /)
    expect(exitCodeOf(findings)).toBe(1)
  })
})

describe('what needs a person, by dynamo_attention', () => {
  const view = () => world.snowflake.account.find('VIEW', 'push_to_dynamo.app.dynamo_attention').properties
  const row = (severity: string, kind: string, planted: object) => ({
    SEVERITY: severity,
    KIND: kind,
    CAUSE: null,
    SUBJECT: 'spend',
    TARGET_TABLE: 'customer_spend',
    SINCE: '2026-11-27 10:00:00.000 +0000',
    DETAIL: null,
    MEND: `CALL mend_${kind}()`,
    ...planted
  })

  it('is a finding for each row, with its statement: severity 1 has failed, the rest is advice', async () => {
    view().ROWS = JSON.stringify([
      row('1', 'task_suspended', { CAUSE: 'key_type', DETAIL: 'the key is a number' }),
      row('3', 'load_rows_aside', { SUBJECT: 'run-1', TARGET_TABLE: null, SINCE: null })
    ])
    const findings = await examine()

    expect(findings.slice(21)).toEqual([
      {
        number: 22,
        name: 'task_suspended',
        state: 'failed',
        saw: 'spend (customer_spend): key_type, the key is a number: since 2026-11-27 10:00:00.000 +0000',
        expected: 'no row of it in dynamo_attention',
        mend: 'CALL mend_task_suspended()'
      },
      {
        number: 23,
        name: 'load_rows_aside',
        state: 'advice',
        saw: 'run-1',
        expected: 'no row of it in dynamo_attention',
        mend: 'CALL mend_load_rows_aside()'
      }
    ])
    expect(exitCodeOf(findings)).toBe(1)
  })

  it('is unknown where the view is not there or may not be read', async () => {
    world.snowflake.account.objects.delete('VIEW PUSH_TO_DYNAMO.APP.DYNAMO_ATTENTION')
    const [, finding] = (await examine()).slice(20)

    expect(finding).toMatchObject({ name: 'attention', state: 'unknown', mend: 'npm run setup' })
    expect(exitCodeOf(await examine())).toBe(2)
  })
})

describe('what the doctor prints', () => {
  it('is a line for what is right, and four for what is not', async () => {
    plantMethod('POST /push', { authorization: 'NONE' })
    const text = findingsText(await examine())

    expect(text).toContain(' 1  ok       trust_principal\n')
    expect(text).toContain(' 4  FAILED   method_without_iam\n      saw:      no AWS_IAM on POST /push\n')
    expect(text).toMatch(/21 ok, 1 failed, 0 unknown\n$/)
  })

  it('is one line of JSON for CI', async () => {
    const { ok, findings } = JSON.parse(findingsJson(await examine()))

    expect(ok).toBe(true)
    expect(findings[0]).toEqual({ number: 1, name: 'trust_principal', state: 'ok', ...findings[0] })
  })

  it('says unknown, and not ok, where there is nothing to look at', async () => {
    world.snowflake.account.objects.delete('INTEGRATION PUSH_TO_DYNAMO_STORAGE')
    const findings = await examine()

    expect(findings.slice(0, 2).map(({ state }) => state)).toEqual(['failed', 'unknown'])
  })
})
