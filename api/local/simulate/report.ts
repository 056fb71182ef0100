import { chart } from './chart.ts'
import type { Settings } from './settings.ts'
import type { Outcome } from './simulate-statements.ts'

/** An outcome as a table and a small chart for a terminal. */
export const report = (settings: Settings, outcome: Outcome): string => {
  const lines = [
    [
      'rows written',
      `${outcome.written} of ${outcome.rows}${outcome.lost > 0 ? `, ${outcome.lost} LOST` : ''}`
    ],
    ['time', `${outcome.seconds.toFixed(1)} s`],
    ['capacity bound after the burst', `${outcome.boundSeconds.toFixed(1)} s`],
    ['time / bound', outcome.timeToBound?.toFixed(2) ?? 'all rows fit into the burst'],
    ['write calls', String(outcome.writeCalls)],
    ['wasted (refused whole)', percent(outcome.wastedCalls)],
    ['wasted after the first 10 s', percent(outcome.wastedLater)],
    ['held rows', percent(outcome.heldRows)],
    ['batches', String(outcome.batches)],
    ['failed batches', String(outcome.failedBatches)],
    ['answered 202', String(outcome.accepted202)],
    ['answered 429', String(outcome.refused429)],
    ['polls', String((outcome.replies['GET 202'] ?? 0) + (outcome.replies['GET 200'] ?? 0))],
    ['longest poll', `${outcome.longestPollSeconds.toFixed(1)} s`],
    [
      'ledger writes + reads per 1,000 rows',
      `${outcome.ledgerWritesPer1000Rows.toFixed(1)} + ${outcome.ledgerReadsPer1000Rows.toFixed(1)}`
    ],
    ['failed statements', String(outcome.failedStatements)],
    ...outcome.errors.map((error) => ['', error])
  ]
  const width = Math.max(...lines.map(([name = '']) => name.length))
  const rows = lines.map(([name = '', value = '']) => `${name.padEnd(width)}  ${value}`)
  return [
    title(settings),
    '',
    ...rows,
    '',
    'rows written a second',
    chart(outcome.perSecond, settings.wcu),
    ''
  ].join('\n')
}

const title = (settings: Settings): string => {
  const { wcu, stated, rows, concurrency, statements, hotShare, indexShare, hasAdmission, isShared } =
    settings
  return [
    `${statements > 1 ? `${statements} statements of ` : ''}${rows} rows, ${concurrency} batches at once`,
    `a table of ${wcu} WCU${stated === wcu ? '' : stated === undefined ? ' that says nothing' : ` that says ${stated}`}`,
    ...(hotShare > 0 ? [`${hotShare} % on one key`] : []),
    ...(indexShare > 0 ? [`${indexShare} % in an index of ${settings.indexWcu} WCU`] : []),
    hasAdmission ? 'with admission' : 'without admission',
    isShared ? 'one app instance' : 'an app instance a batch'
  ].join(', ')
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`
