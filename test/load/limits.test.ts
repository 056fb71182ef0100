import { describe, expect, it } from 'vitest'
import { storedForm } from '../../api/json/stored-form.ts'
import type { LoadDeps } from '../../api/load/load-deps.ts'
import { auditOf, sumOf } from '../support/audit-of.ts'
import { type BulkWorld, bulkWorld, ndjson, orders } from '../support/bulk-world.ts'

const manifestKey = 'unload/r1/manifest.json'
const forever = new AbortController().signal

describe('max_wcu', () => {
  it('is shared by four workers: together they stay below it, and near it', async () => {
    const world = bulkWorld({ callMs: 5 })
    const names = ['a', 'b', 'c', 'd'].map((name) => `${name}.ndjson`)
    world.unload(
      'r1',
      Object.fromEntries(names.map((name, n) => [name, orders(n * 2_000, n * 2_000 + 2_000)])),
      { options: { max_wcu: 400 } }
    )
    await world.arrive(manifestKey)
    await world.drain({ lanes: 4 })
    expect(await world.status('r1')).toMatchObject({ state: 'complete', write_units: 8_000 })

    const startMs = world.port.calls[0]?.at ?? 0
    const endMs = world.port.calls.at(-1)?.at ?? 0
    const seconds = (endMs - startMs) / 1000
    expect(8_000 / seconds).toBeLessThan(400 * 1.1)
    expect(8_000 / seconds).toBeGreaterThan(400 * 0.7)
    const unitsOf = (fromMs: number): number =>
      world.port.calls
        .filter(({ at }) => at >= fromMs && at < fromMs + 5_000)
        .reduce((sum, { keys }) => sum + keys.length, 0)
    for (let fromMs = startMs; fromMs < endMs; fromMs += 500)
      expect(unitsOf(fromMs)).toBeLessThanOrEqual(400 * 5 * 1.5)
  })

  it('is held from the first slice on when rows are large', async () => {
    const world = bulkWorld({ callMs: 5 })
    const { batch } = world.port
    Object.assign(world.port, {
      async batch(...args: Parameters<typeof batch>) {
        const answer = await batch(...args)
        return answer.kind === 'answered' ? { ...answer, units: answer.units * 100 } : answer
      }
    })
    const rows = Array.from({ length: 60 }, (_, n) => ({ id: `r${n}`, text: 'x'.repeat(100 * 1024 - 20) }))
    world.unload('r1', { 'a.ndjson': ndjson(...rows) }, { options: { max_wcu: 1_000 } })
    await world.arrive(manifestKey)
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', write_units: 6_000 })
    const { calls } = world.port
    for (const { at: fromMs } of calls) {
      const within = calls.filter(({ at }) => at >= fromMs && at < fromMs + 900)
      expect(within.reduce((sum, { keys }) => sum + keys.length * 100, 0)).toBeLessThanOrEqual(1_100)
    }
  })

  it('keeps the lease while a dear slice is being paid for', async () => {
    const world = bulkWorld()
    const { batch } = world.port
    Object.assign(world.port, {
      async batch(...args: Parameters<typeof batch>) {
        const answer = await batch(...args)
        return answer.kind === 'answered' ? { ...answer, units: answer.units * 400 } : answer
      }
    })
    world.unload('r1', { 'a.ndjson': orders(0, 30) }, { options: { max_wcu: 20 } })
    await world.arrive(manifestKey)
    for (let n = 0; n < 3; n += 1)
      await world.send({ kind: 'chunk', run: 'r1', chunk: 'a.ndjson', generation: 0 })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 30, written: 30 } })
    expect(world.clock.passed()).toBeGreaterThan(500_000)
    expect(auditOf(world.store, 'chunks/')).toMatchObject([{ claims: 1 }])
  })
})

describe('a table without capacity', () => {
  it('makes a run wait, however long; the chunk stays with its worker', async () => {
    const world = bulkWorld({ script: ({ at }) => (at < 1_700_000_000_000 + 600_000 ? 'refused' : 'pass') })
    world.unload('r1', { 'a.ndjson': orders(0, 100) })
    await world.arrive(manifestKey)
    for (let n = 0; n < 3; n += 1)
      await world.send({ kind: 'chunk', run: 'r1', chunk: 'a.ndjson', generation: 0 })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      rows: { read: 100, written: 100, unprocessed: 0 }
    })
    expect(world.clock.passed()).toBeGreaterThan(600_000)
    expect(auditOf(world.store, 'chunks/')).toMatchObject([{ claims: 1 }])
  })

  it('calls no row stale that it took itself and whose answer was lost', async () => {
    const world = bulkWorld({
      script: ({ at }) => (at < 1_700_000_000_000 + 25_000 ? 'applied-lost' : 'pass')
    })
    world.unload('r1', { 'a.ndjson': orders(0, 100) }, { options: { version: 'n' } })
    await world.arrive(manifestKey)
    await world.drain()
    expect(world.clock.passed()).toBeGreaterThan(25_000)
    expect((await world.status('r1')).rows).toMatchObject({ read: 100, written: 100, stale: 0 })
  })

  it('says why it throttled and what to do, in the errors of the run', async () => {
    const world = bulkWorld()
    let refusals = 5
    const { batch } = world.port
    Object.assign(world.port, {
      async batch(...args: Parameters<typeof batch>) {
        if (refusals-- <= 0) return batch(...args)
        return { kind: 'refused', reason: 'throttled', throttle: 'TableWriteKeyRangeThroughputExceeded' }
      }
    })
    world.unload('r1', { 'a.ndjson': orders(0, 100) })
    await world.arrive(manifestKey)
    await world.drain()
    const status = await world.status('r1')
    expect(status).toMatchObject({ state: 'complete', throttles: 5 })
    expect(status.errors).toEqual([
      expect.stringMatching(/throttled 5 times \(TableWriteKeyRange.*spread the keys/)
    ])
  })

  it('fails the chunk when it does not allow the call, and a redrive goes on once it does', async () => {
    let isDenied = true
    const world = bulkWorld({ script: () => (isDenied ? 'denied' : 'pass') })
    world.unload('r1', { 'a.ndjson': orders(0, 10) })
    await world.arrive(manifestKey)
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'failed', errors: [/denied/] })
    isDenied = false
    await world.redrive('r1')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 10, written: 10 } })
  })
})

describe('a worker that runs out of time', () => {
  it('checkpoints and hands on, as often as it takes; no row is counted twice', async () => {
    const world = bulkWorld({ callMs: 100 })
    world.unload('r1', { 'a.ndjson': orders(0, 9_500) })
    await world.arrive(manifestKey)
    await world.drain({ life: (deps) => ({ deps, deadline: world.clock.deadline(900) }) })
    const status = await world.status('r1')
    expect(status).toMatchObject({ state: 'complete', rows: { read: 9_500 } })
    expect(sumOf(status)).toBe(9_500)
    expect(world.ids()).toHaveLength(9_500)
    // The next one need not wait for the lease.
    expect(world.clock.passed()).toBeLessThan(30_000)
    expect(auditOf(world.store, 'chunks/')).toMatchObject([
      { claims: expect.toSatisfy((n: number) => n > 1) }
    ])
    expect(world.deadLetters).toEqual([])
  })
})

describe('a poison chunk', () => {
  const poisoned =
    (world: BulkWorld, isPoison: () => boolean) =>
    (deps: LoadDeps): { deps: LoadDeps; deadline: AbortSignal } => ({
      deadline: forever,
      deps: {
        ...deps,
        store: {
          ...world.store,
          stream(object, ...more) {
            if (isPoison() && object.key.endsWith('a.ndjson')) throw new Error('out of memory')
            return world.store.stream(object, ...more)
          }
        }
      }
    })

  it('ends among the dead letters and as failed; the others are loaded; mended, a redrive finishes it', async () => {
    const world = bulkWorld()
    let isPoison = true
    world.unload('r1', { 'a.ndjson': orders(0, 5), 'b.ndjson': orders(5, 9) })
    await world.arrive(manifestKey)
    await world.drain({ life: poisoned(world, () => isPoison) })
    expect(world.deadLetters.map((body) => JSON.parse(body))).toEqual([
      { form: storedForm, kind: 'chunk', run: 'r1', chunk: 'a.ndjson', generation: 0 }
    ])
    expect(await world.status('r1')).toMatchObject({
      state: 'failed',
      chunks: { total: 2, settled: 1, failed: 1 },
      errors: [/again and again without progress/]
    })
    expect(world.store.keys('failed/')).toEqual(['failed/r1/a.ndjson'])
    expect(world.announced).toHaveLength(1)
    isPoison = false
    await world.redrive('r1')
    await world.drain({ life: poisoned(world, () => isPoison) })
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 9, written: 9 } })
  })

  it('is none while it gets on, however often its workers die', async () => {
    const world = bulkWorld({ callMs: 100 })
    world.unload('r1', { 'a.ndjson': orders(0, 30_000) }, { options: { max_wcu: 1_000 } })
    await world.arrive(manifestKey)
    await world.drain({
      life: (deps) => {
        const deadline = world.clock.deadline(2_500)
        const die = async (): Promise<never> => {
          throw new Error('killed')
        }
        return {
          deadline,
          deps: {
            ...deps,
            ledger: {
              ...deps.ledger,
              put: (...args) => (deadline.aborted ? die() : deps.ledger.put(...args))
            }
          }
        }
      }
    })
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 30_000 } })
    expect(world.deadLetters).toEqual([])
  })
})

describe('messages that are none of ours', () => {
  it('end among the dead letters, and nothing else happens', async () => {
    const world = bulkWorld()
    for (const body of ['hello', '{"kind":"chunk"}', '[]', '{"kind":"spill","batch":"b"}'])
      await world.send(body)
    await world.send({ Service: 'Amazon S3', Event: 's3:TestEvent' })
    await world.send({ kind: 'chunk', run: 'nobody', chunk: 'x', generation: 0 })
    await world.send({ kind: 'redrive', run: 'nobody' })
    await world.drain()
    expect(world.deadLetters).toHaveLength(4)
    expect(world.ids()).toEqual([])
  })
})

describe('a redrive of a run that is still going on', () => {
  it('sends its unfinished chunks again, and keeps its options', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.ndjson': orders(0, 5), 'b.ndjson': ndjson({ id: 'x' }) })
    await world.arrive(manifestKey)
    let lost = 2
    const { send } = world.deps.queue
    Object.assign(world.deps.queue, {
      send: async (body: string, delay?: number) =>
        body.includes('"chunk"') && lost-- > 0 ? undefined : send(body, delay)
    })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'running', rows: { read: 0 } })
    await world.redrive('r1', { mode: 'delete' })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { read: 6, written: 6 } })
    expect(world.announced).toHaveLength(1)
  })
})
