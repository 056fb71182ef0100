import { describe, expect, it } from 'vitest'
import { row } from '../support/rows.ts'
import { tally, writeBench } from '../support/write-bench.ts'

const versioned = (n: number, id: string, v: number, more = {}) =>
  row(n, { id, v }, { version: 'v', ...more })

describe('writes that need a call of their own', () => {
  it('keep many calls in flight, one write each', async () => {
    const bench = writeBench()
    const rows = Array.from({ length: 400 }, (_, n) => versioned(n, `k${n}`, 1))
    expect(tally((await bench.write(rows)).values())).toEqual({ written: 400 })
    expect(bench.port.calls.every(({ kind, keys }) => kind === 'single' && keys.length === 1)).toBe(true)
    expect(bench.port.mostInFlight).toBe(32)
  })

  it('of one key go one after another in the order of their versions', async () => {
    const bench = writeBench()
    const rows = [3, 1, 2].map((v, n) => versioned(n, 'a', v, { mode: 'update' }))
    expect(tally((await bench.write(rows)).values())).toEqual({ written: 3 })
    expect(bench.port.mostInFlight).toBe(1)
    expect([...bench.port.items.values()][0]?.get('v')).toEqual({ N: '3' })
  })

  it('of one key wait for each other also when one is refused at first', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth === 0 ? 'refused' : 'pass') })
    const rows = [1, 2].map((v, n) => versioned(n, 'a', v, { mode: 'update' }))
    expect(tally((await bench.write(rows)).values())).toEqual({ written: 2 })
    expect(bench.port.mostInFlight).toBe(1)
  })

  it('of one key leave the later ones open when the deadline strikes at the first', async () => {
    const bench = writeBench({ script: () => 'refused' })
    const results = await bench.write(
      [1, 2].map((v, n) => versioned(n, 'a', v, { mode: 'update' })),
      1_000
    )
    expect(results.get(1)).toMatchObject({ status: 'unprocessed', attempts: 0 })
  })

  it('go on with the next of its key when DynamoDB refuses one for good', async () => {
    const bench = writeBench({
      script: ({ nth }) => (nth === 0 ? { invalid: () => true } : 'pass')
    })
    const results = await bench.write([1, 2].map((v, n) => versioned(n, 'a', v, { mode: 'update' })))
    expect([...results.values()].map(({ status }) => status).toSorted()).toEqual(['rejected', 'written'])
  })

  it('that were taken although the answer was lost are written, not stale', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth === 0 ? 'applied-lost' : 'pass') })
    expect((await bench.write([versioned(0, 'a', 1)])).get(0)).toEqual({ status: 'written' })
  })

  it('with a condition of their own are written, not condition_failed, after such a loss', async () => {
    const bench = writeBench({ script: ({ nth }) => (nth === 0 ? 'applied-lost' : 'pass') })
    expect((await bench.write([row(0, { id: 'a' }, { if: 'absent' })])).get(0)).toEqual({ status: 'written' })
  })

  it('go on beside plain writes in the same batch', async () => {
    const bench = writeBench()
    const rows = [row(0, { id: 'a' }), versioned(1, 'b', 1), row(2, { id: 'c' }, { mode: 'delete' })]
    expect(tally((await bench.write(rows)).values())).toEqual({ written: 2, deleted: 1 })
    expect(bench.port.mostInFlight).toBe(2)
  })
})
