import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { auditOf, rejectedOf, sumOf } from '../support/audit-of.ts'
import { type BulkWorld, bulkWorld, diceOf, type WorkerLife } from '../support/bulk-world.ts'
import { extent } from '../support/extent.ts'
import { mortalWorker } from '../support/mortal-worker.ts'

const manifestKey = 'unload/r1/manifest.json'

/** A row of a chunk: its key, or how it is bad. */
type RowKind = 'good' | 'same key' | 'no key' | 'no json'
const kind = fc.oneof(
  { weight: 12, arbitrary: fc.constant<RowKind>('good') },
  fc.constantFrom<RowKind>('same key', 'no key', 'no json')
)
const chunk = fc.array(kind, { maxLength: 40 })
const seed = fc.integer()
const rate = fc.option(fc.integer({ min: 10, max: 60 }), { nil: undefined })

const lineOf = (row: RowKind, file: number, n: number): string => {
  if (row === 'no json') return `{"id": ${n}`
  if (row === 'no key') return `{"n":${n}}`
  return JSON.stringify({ id: row === 'same key' ? `same-${file}` : `f${file}-${n}`, n })
}
/** What the table is to hold: the last good row of every key. */
const expectedTable = (chunks: readonly (readonly RowKind[])[]): Map<string, string> => {
  const table = new Map<string, string>()
  for (const [file, rows] of chunks.entries())
    for (const [n, row] of rows.entries()) {
      if (row === 'good') table.set(`f${file}-${n}`, String(n))
      if (row === 'same key') table.set(`same-${file}`, String(n))
    }
  return table
}
/** @param maxWcu a small one makes small slices: many checkpoints a chunk */
const unload = (world: BulkWorld, chunks: readonly (readonly RowKind[])[], maxWcu?: number): void => {
  const files = chunks.map((rows, n) => ({ name: `c${n}.ndjson${n % 2 ? '.gz' : ''}`, rows: rows.length }))
  const contents = chunks.map((rows, file) => rows.map((row, n) => `${lineOf(row, file, n)}\n`).join(''))
  world.unload(
    'r1',
    Object.fromEntries(
      files.map(({ name }, n) => [name, n % 2 ? gzipSync(contents[n] ?? '') : (contents[n] ?? '')])
    ),
    { files, options: { version: 'n', ...(maxWcu === undefined ? {} : { max_wcu: maxWcu }) } }
  )
}

/** Everything that is to hold at the end of a run, however it came there. */
const expectTruth = async (world: BulkWorld, chunks: readonly (readonly RowKind[])[]): Promise<void> => {
  const status = await world.status('r1')
  const total = chunks.reduce((sum, rows) => sum + rows.length, 0)
  const bad = chunks.flat().filter((row) => row === 'no key' || row === 'no json').length
  expect(status).toMatchObject({
    state: 'complete',
    chunks: { total: chunks.length, settled: chunks.length, failed: 0 }
  })
  expect(status.rows).toMatchObject({ expected: total, read: total, rejected: bad, unprocessed: 0 })
  expect(sumOf(status)).toBe(total)
  // A row that was written before its worker died is not called stale; one that a later row has overtaken may be.
  expect(status.rows.stale).toBeLessThanOrEqual(chunks.flat().filter((row) => row === 'same key').length)

  const table = [...world.port.items].map(([, item]) => [item.get('id')?.S, item.get('n')?.N])
  expect(new Map(table as Array<[string, string]>)).toEqual(expectedTable(chunks))
  const rejected = Object.values(rejectedOf(world.store, 'r1'))
  expect(rejected.flat()).toHaveLength(bad)
  for (const lines of rejected) {
    const numbers = lines.map(({ number }) => number)
    expect(new Set(numbers).size).toBe(numbers.length)
  }
  expect(world.store.keys('rejected/').filter((key) => key.includes('.parts'))).toEqual([])
  // A redrive of what too many died over takes rejected rows through again, too, and keeps them in done/.
  const redriven = world.store.keys('done/r1/').filter((key) => key.includes('/redriven-'))
  expect(world.store.keys('done/r1/')).toHaveLength(chunks.length + redriven.length)
  expect(world.store.keys('unload/r1/')).toEqual([manifestKey])

  const settled = auditOf(world.store, 'chunks/r1/')
  const last = new Map(settled.map((line) => [line.chunk, line]))
  const settles = settled.filter(({ event }) => event === 'chunk_settled')
  expect(new Set(settles.map(({ chunk, generation }) => `${chunk} ${generation}`)).size).toBe(settles.length)
  expect(new Set(settles.map((line) => line.chunk)).size).toBe(chunks.length)
  if (redriven.length > 0) return
  expect(settles).toHaveLength(chunks.length)
  expect([...last.values()].reduce((sum, { read }) => sum + Number(read), 0)).toBe(total)
  expect(auditOf(world.store, 'runs/r1/').at(-1)).toMatchObject({ state: 'complete', rows: status.rows })
}

describe('events that come again, in any order, four at a time', () => {
  it('change nothing: one run, one settle a chunk, one announcement', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(chunk, { maxLength: 5 }), rate, seed, async (chunks, maxWcu, throws) => {
        const world = bulkWorld({ random: diceOf(throws) })
        unload(world, chunks, maxWcu)
        for (let n = 0; n < 4; n += 1) await world.arrive(manifestKey)
        await world.send({ kind: 'run', run: 'r1' })
        for (const [n] of chunks.entries())
          await world.send({
            kind: 'chunk',
            run: 'r1',
            chunk: `c${n}.ndjson${n % 2 ? '.gz' : ''}`,
            generation: 0
          })
        await world.drain()
        // The same once more, when all of it is over.
        await world.arrive(manifestKey)
        for (const [n] of chunks.entries())
          await world.send({
            kind: 'chunk',
            run: 'r1',
            chunk: `c${n}.ndjson${n % 2 ? '.gz' : ''}`,
            generation: 0
          })
        await world.drain()
        await expectTruth(world, chunks)
        expect(world.announced).toHaveLength(1)
        expect(world.deadLetters).toEqual([])
      }),
      { numRuns: extent(12, 90) }
    )
  })
})

describe('workers that die at any step', () => {
  it('leave every row counted once, the table as its source, and one settle a chunk', async () => {
    const worlds = extent(30, 225)
    let deaths = 0
    await fc.assert(
      fc.asyncProperty(
        fc.array(chunk, { minLength: 1, maxLength: 4 }),
        rate,
        seed,
        async (chunks, maxWcu, throws) => {
          const roll = diceOf(throws)
          const world = bulkWorld({ random: roll })
          unload(world, chunks, maxWcu)
          await world.arrive(manifestKey)
          await world.arrive(manifestKey)
          let lives = 30
          const life = (deps: BulkWorld['deps']): WorkerLife => {
            lives -= 1
            if (lives < 0) return { deps, deadline: new AbortController().signal }
            const mortal = mortalWorker(deps, 1 + Math.floor(roll() * 45), roll() < 0.5)
            mortal.deadline.addEventListener('abort', () => {
              deaths += 1
            })
            return mortal
          }
          await world.drain({ life })
          // What died on its way to the dead letters, somebody sends again.
          if (world.deadLetters.length > 0) await world.arrive(manifestKey)
          await world.drain()
          // A chunk over which too many died was given up; that, too, a redrive brings to its end.
          for (let n = 0; n < 3 && (await world.status('r1')).state !== 'complete'; n += 1) {
            await world.redrive('r1')
            await world.drain()
          }
          expect(world.announced.length).toBeGreaterThan(0)
          await expectTruth(world, chunks)
        }
      ),
      { numRuns: worlds }
    )
    expect(deaths).toBeGreaterThan(worlds * 2.5)
  })

  it('announce the end of a run, also when one dies between settling and announcing', async () => {
    const world = bulkWorld()
    unload(world, [['good', 'good']])
    await world.arrive(manifestKey)
    let refusals = 1
    const announce = world.deps.announce
    await world.drain({
      life: (deps) => ({
        deadline: new AbortController().signal,
        deps: {
          ...deps,
          async announce(status) {
            if (refusals-- > 0) throw new Error('killed')
            await announce(status)
          }
        }
      })
    })
    expect(world.announced).toHaveLength(1)
    expect(world.announced[0]).toMatchObject({ state: 'complete', rows: { written: 2 } })
  })
})
