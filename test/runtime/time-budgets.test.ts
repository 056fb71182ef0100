import { describe, expect, it } from 'vitest'
import { gatewayLimitMs } from '../../api/local/snowflake-caller/gateway.ts'
import { readConfig } from '../../api/runtime/config.ts'
import { batchRows, workers } from '../../api/runtime/deployment-numbers.ts'
import * as budget from '../../api/runtime/time-budgets.ts'
import { exampleAccount, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'

/** Each of them waits for the one before it, and must still be there when it gives up. */
const chains: ReadonlyArray<readonly [why: string, chain: ReadonlyArray<readonly [string, number]>]> = [
  [
    'from a call to a whole statement',
    [
      ['a meter', budget.meterAnswerMs],
      ['an answer of the ledger', budget.ledgerAnswerMs],
      ['a claim', budget.claimMs],
      ['the work on a batch', budget.workMs],
      ['the most work that can be set', budget.mostWorkMs],
      ['API Gateway', budget.gatewayMs],
      ['a lease', budget.leaseMs],
      ['a visit to a spilled batch', budget.spillVisitMs],
      ['the end of trying', budget.giveUpMs],
      ["Snowflake's patience", budget.snowflakeMs]
    ]
  ],
  [
    'an answer that is stored before it is given',
    [
      ['work, then the answer into the ledger', budget.workMs + budget.ledgerAnswerMs],
      [
        'work, then the rest into bucket and queue, then the answer',
        budget.workMs + budget.spillMs + budget.ledgerAnswerMs
      ],
      ['API Gateway', budget.gatewayMs],
      ["API Gateway as Snowflake's pages name it", gatewayLimitMs]
    ]
  ],
  [
    'the longest work that leaves time for its answer',
    [
      ['work', budget.mostWorkMs - 1],
      ['the gateway, the reserve taken off', budget.gatewayMs - budget.answerReserveMs]
    ]
  ],
  [
    'a claim that outlives what its batch may take',
    [
      ['the rest, then the answer', budget.spillMs + budget.ledgerAnswerMs],
      ['the margin of its lease', budget.leaseMarginMs]
    ]
  ],
  [
    'a poll that waits for its batch',
    [
      ['the wait with its calls', budget.pollWaitMs + 2 * budget.pollCallMs],
      ['API Gateway', budget.gatewayMs]
    ]
  ],
  [
    'a lease that is renewed in time',
    [
      ['two rounds', 2 * budget.roundMs],
      ['a lease', budget.leaseMs]
    ]
  ],
  [
    'a visit that hands on in time',
    [
      ['a round', budget.roundMs],
      ['the reserve of a visit', budget.visitReserveMs],
      ['a visit to a spilled batch', budget.spillVisitMs],
      ['then its message comes again', budget.spillVisitMs + budget.beyondVisitMs],
      ['a visit to a chunk', budget.loadVisitMs],
      ["Lambda's longest", 900_000]
    ]
  ],
  [
    'a spilled batch that another worker finishes while Snowflake polls',
    [
      [
        'a visit that dies at its end, and one round of the next',
        budget.spillVisitMs + budget.beyondVisitMs + budget.roundMs
      ],
      ['the end of trying', budget.giveUpMs],
      ['with the last round and its answer', budget.giveUpMs + budget.roundMs + budget.ledgerAnswerMs],
      ["Snowflake's patience", budget.snowflakeMs]
    ]
  ]
]

describe('the time budgets', () => {
  it.each(chains)('leave room for %s', (_why, chain) => {
    const times = chain.map(([, ms]) => ms)
    expect(chain.toSorted(([, a], [, b]) => a - b).map(([who]) => who)).toEqual(chain.map(([who]) => who))
    expect(new Set(times).size, 'no two are equal').toBe(times.length)
  })

  it('are what a deployment and the local commands run with', () => {
    expect(readConfig({}).PUSH_DEADLINE_MS).toBe(budget.workMs)
    expect(() => readConfig({ PUSH_DEADLINE_MS: String(budget.mostWorkMs + 1) })).toThrow('PUSH_DEADLINE_MS')
    const settings = readSettings({ tables: { create: { orders: 'id:S' } } })
    expect(settings.api.deadlineMs).toBe(budget.workMs)
    expect(settings.workers).toEqual(workers)
    const variables = variablesOf({ ...usualChoiceOf(settings.name), ...exampleAccount }, settings)
    expect([variables.push_batch_rows, variables.get_batch_rows]).toEqual(
      Object.values(batchRows).map(String)
    )
  })
})
