import { gzipSync } from 'node:zlib'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadBatch } from '../../api/load/load-batch.ts'
import { loadMessage } from '../../api/load/loader.ts'
import { startLoad } from '../../api/load/start-load.ts'
import { batchLine } from '../../api/receive/batch-line.ts'
import type { LogLine } from '../../api/runtime/log.ts'
import { metricLog, metricUnits } from '../../api/runtime/metric-log.ts'
import { bulkWorld, orders } from '../support/bulk-world.ts'
import { headersOf, onceWorld } from '../support/once-world.ts'
import { json } from '../support/rows.ts'
import { openTestApp } from '../support/test-app.ts'
import { templatesOf } from './synthesized.ts'

// Alarms and dashboard here, log lines there: a metric that only one side knows would be silent for ever.

const rows = Array.from({ length: 40 }, (_, n) => ({ id: `r${n}` }))

/** Lines of HTTP batches: answered, repeated, past the deadline, drained, without a ledger, unreadable. */
const linesOfBatches = async (): Promise<readonly LogLine[]> => {
  const lineOf = async (world: ReturnType<typeof onceWorld>) => {
    const outcome = await world.deliver(rows).outcome
    return batchLine('/push', headersOf('b-1'), { ...outcome, rows: rows.length }, 5)
  }
  const fast = onceWorld()
  const slow = onceWorld({ callMs: 1_000, deadlineMs: 100 })
  const gone = () => Promise.reject(new Error('out of reach'))
  const blind = onceWorld({ broken: ({ ledger }) => ({ ledger: { ...ledger, get: gone, put: gone } }) })
  const app = openTestApp('http://127.0.0.1:9')
  const lines = [await lineOf(fast), await lineOf(fast), await lineOf(slow), await lineOf(blind)]
  await slow.drainAll()
  await app.post('/push', 'not json')
  await app.close()
  return [...lines, ...fast.lines, ...slow.lines, ...blind.lines, ...app.lines]
}

/** Lines of runs: a complete one, one with a broken chunk, a manifest that comes twice otherwise, poison. */
const linesOfRuns = async (): Promise<readonly LogLine[]> => {
  const world = bulkWorld()
  const run = async (name: string, chunks: Readonly<Record<string, string | Uint8Array>>) => {
    world.unload(name, chunks)
    await world.arrive(`unload/${name}/manifest.json`)
    await world.drain()
  }
  await run('good', { 'a.ndjson': orders(0, 10) })
  await run('bad', { 'a.ndjson.gz': gzipSync(orders(0, 10)).subarray(0, 30) })
  await run('good', { 'b.ndjson': orders(0, 20) })
  await world.arrive('drop/orders.ndjson')
  await world.send({ kind: 'chunk', run: 'gone', chunk: 'a', generation: 0 })
  await world.drain()
  world.unload('slow', { 'a.ndjson': orders(0, 10) })
  await world.arrive('unload/slow/manifest.json')
  // A worker whose time is over before its first slice.
  let visits = 0
  await world.drain({
    lanes: 1,
    life: (deps) => {
      visits += 1
      return { deps, deadline: visits === 2 ? AbortSignal.abort() : new AbortController().signal }
    }
  })
  await startLoad(
    { ...world.deps, queue: { send: async () => {} } },
    {
      table: 'orders',
      manifest: json('{"version":1,"run":"lost","files":[{"name":"a.ndjson"}]}'),
      options: null
    },
    new AbortController().signal
  )
  await world.clock.sleep(3_600_000)
  await world.send({ kind: 'look' })
  await world.drain()
  const { clock, deps } = world
  const loadAll = loadBatch({ load: loadMessage(deps), clock, log: deps.log })
  const delivery = { id: 'm', body: 'poison', receiveCount: 1, receipt: 'r', waitedMs: 0 }
  await loadAll({ hide: async () => {} }, [delivery], 300_000)
  return world.lines
}

const emittedBy = (lines: readonly LogLine[]): Set<string> => {
  const names = new Set<string>()
  const log = metricLog(
    (text) => {
      const { _aws } = JSON.parse(text)
      for (const { Name } of _aws?.CloudWatchMetrics[0].Metrics ?? []) names.add(Name)
    },
    () => 0,
    'push_to_dynamo'
  )
  for (const line of lines) log(line)
  return names
}

/** Names of our metrics in a text of the template. */
const ours = (text: string): string[] =>
  [...text.matchAll(/push_to_dynamo\\*",\\*"(\w+)/g)].map(([, name = '']) => name)

describe('our metrics', () => {
  const { ofType } = templatesOf()
  let emitted: Set<string>
  beforeAll(async () => {
    emitted = emittedBy([...(await linesOfBatches()), ...(await linesOfRuns())])
    for (const { Properties } of ofType('AWS::Logs::MetricFilter'))
      emitted.add((Properties.MetricTransformations as { MetricName: string }[])[0]?.MetricName ?? '')
  })

  it('that the dashboard shows are emitted', () => {
    const [dashboard] = ofType('AWS::CloudWatch::Dashboard')
    const shown = ours(JSON.stringify(dashboard?.Properties.DashboardBody))

    expect(shown.length).toBeGreaterThan(15)
    expect(shown.filter((name) => !emitted.has(name))).toEqual([])
  })

  it('that alarms watch are emitted', () => {
    const watched = ofType('AWS::CloudWatch::Alarm')
      .map(({ Properties }) => Properties)
      .filter(({ Namespace }) => Namespace === 'push_to_dynamo')
      .map(({ MetricName }) => String(MetricName))

    expect(watched.length).toBeGreaterThan(8)
    expect(watched.filter((name) => !emitted.has(name))).toEqual([])
  })

  it('that are named anywhere are emitted by some line of the code', () => {
    const silent = Object.keys(metricUnits).filter((name) => !emitted.has(name))

    // Seen by other tests only: these need a table with newer items, a condition, or an end of time.
    const rare = /^Rows(Deleted|Superseded|Stale|Unchanged|ConditionFailed|Valid|Rejected|Unprocessed)$/
    expect(silent.filter((name) => !rare.test(name))).toEqual([])
  })
})
