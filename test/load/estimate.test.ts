import { describe, expect, it } from 'vitest'
import { auditOf } from '../support/audit-of.ts'
import { bulkWorld, ndjson, orders } from '../support/bulk-world.ts'

const wide = (count: number) =>
  ndjson(...Array.from({ length: count }, (_, n) => ({ id: `w${n}`, text: 'x'.repeat((n % 4) * 700) })))

const loaded = async (files: Readonly<Record<string, string>>, options: object = {}, more: object = {}) => {
  const world = bulkWorld({ random: () => 0.5 })
  world.unload('r1', files, { options, ...more })
  await world.arrive('unload/r1/manifest.json')
  await world.drain()
  return { world, status: await world.status('r1') }
}

describe('the estimate of a run stands beside what it took', () => {
  it('in its status, its event and its audit', async () => {
    const { world, status } = await loaded(
      { 'a.ndjson': wide(2_000) },
      {},
      { files: [{ name: 'a.ndjson', rows: 2_000 }] }
    )
    expect(status).toMatchObject({
      state: 'complete',
      estimate: {
        rows: 2_000,
        bytes: expect.any(Number),
        write_units: expect.closeTo(3_500, -1),
        seconds: null
      }
    })
    expect(Number(status.estimate?.dollars)).toBeCloseTo(3_500 * 0.625e-6, 5)
    expect(world.announced[0]?.estimate).toEqual(status.estimate)
    expect(auditOf(world.store, 'runs/r1/0-started')[0]).toMatchObject({ estimate: status.estimate })
    expect(auditOf(world.store, 'runs/r1/0.')[0]).toMatchObject({
      estimate: status.estimate,
      write_units: 2_000
    })
  })

  it('at the budget that the run has', async () => {
    const { status } = await loaded({ 'a.ndjson': orders(0, 200) }, { max_wcu: 50 })
    expect(status.estimate).toMatchObject({ rows: 200, write_units: 200, seconds: 4 })
  })

  it('is left out where nobody tells how many rows there are', async () => {
    const { status } = await loaded({ 'a.ndjson': orders(0, 2_000) })
    expect(status.estimate).toBeUndefined()
    expect(status.rows.written).toBe(2_000)
  })

  it('stops no run whose chunks cannot be read', async () => {
    const { status } = await loaded({ 'a.ndjson.gz': 'not gzip', 'b.ndjson': orders(0, 5) })
    expect(status).toMatchObject({ state: 'failed', rows: { written: 5 } })
  })
})

describe('a dry run', () => {
  it('tells what the load would take, row by row', async () => {
    const { world, status } = await loaded(
      { 'a.ndjson': `${wide(2_000)}${ndjson({ n: 1 })}`, 'b.ndjson': ndjson({ id: 'x' }, { id: 'x' }) },
      { dry_run: true, max_wcu: 100 }
    )
    expect(status).toMatchObject({
      state: 'complete',
      rows: { valid: 2_001, superseded: 1, rejected: 1, written: 0 },
      write_units: 0,
      estimate: { rows: 2_001, write_units: 3_501, dollars: '0.002188125', seconds: 36 }
    })
    expect(world.ids()).toEqual([])
  })
})
