import { describe, expect, it } from 'vitest'
import type { Verdict } from '../../api/setup/doctor/finding.ts'
import {
  alarmsAreHeard,
  bulkPutIsKnown,
  concurrencyIsShared,
  queuesAreWorked,
  tablesAreRestorable,
  tablesAreWarm,
  tablesExpire
} from '../../api/setup/doctor/operation-checks.ts'
import type { OperationFacts } from '../../api/setup/doctor/operation-facts.ts'

const enabled = ['load', 'spill'].map((name) => ({ function: name, state: 'Enabled' }))
const table = { name: 'orders', isRestorable: true, ttl: 'expires_at', writeUnits: 4000 }
const healthy: OperationFacts = {
  subscribers: 1,
  mappings: enabled,
  deadLetters: [{ url: 'q', messages: 0 }],
  tables: [table],
  concurrency: { limit: 1000, unreserved: 800, push: 200 },
  hasBulkPut: true
}
const checks = [
  alarmsAreHeard,
  queuesAreWorked,
  tablesAreRestorable,
  tablesExpire,
  tablesAreWarm,
  concurrencyIsShared,
  bulkPutIsKnown
]
type Case = readonly [what: string, (facts: OperationFacts) => Verdict, Partial<OperationFacts>, string]

describe('how a deployment is run', () => {
  it('is right when all is', () => {
    expect(checks.map((check) => check(healthy).state)).toEqual(checks.map(() => 'ok'))
  })

  it.each<Case>([
    ['a Region has no jobs', bulkPutIsKnown, { hasBulkPut: false }, "'workers' is the default"],
    ['nobody hears the alarms', alarmsAreHeard, { subscribers: 0 }, 'alarms.mail'],
    ['messages were given up', queuesAreWorked, { deadLetters: [{ url: 'q', messages: 3 }] }, 'Dead letters'],
    [
      'a table cannot be restored',
      tablesAreRestorable,
      { tables: [{ ...table, isRestorable: false }] },
      'update-continuous-backups --table-name orders'
    ],
    [
      'TTL is off',
      tablesExpire,
      { tables: [{ ...table, ttl: undefined }] },
      'update-time-to-live --table-name orders'
    ],
    [
      'push reserves nothing',
      concurrencyIsShared,
      { concurrency: { limit: 1000, unreserved: 1000, push: undefined } },
      'reservedConcurrency.push'
    ],
    [
      'too little is left for others',
      concurrencyIsShared,
      { concurrency: { limit: 200, unreserved: 50, push: 150 } },
      'reservedConcurrency.push'
    ]
  ])('%s: advice, with the cure', (_what, check, planted, cure) => {
    expect(check({ ...healthy, ...planted })).toMatchObject({
      state: 'advice',
      mend: expect.stringContaining(cure)
    })
  })

  it('a disabled mapping is a failure: nothing would ever be loaded', () => {
    const mappings = [{ function: 'load', state: 'Disabled' }]
    expect(queuesAreWorked({ ...healthy, mappings })).toMatchObject({
      state: 'failed',
      saw: expect.stringContaining('load is Disabled')
    })
  })

  it('what cannot be seen is said, with the right that is missing', () => {
    const blind: OperationFacts = {
      subscribers: undefined,
      mappings: undefined,
      deadLetters: undefined,
      tables: undefined,
      concurrency: undefined,
      hasBulkPut: undefined
    }
    for (const check of checks)
      expect(check(blind)).toMatchObject({ state: 'advice', mend: expect.stringMatching(/the right \w+:/) })
  })
})
