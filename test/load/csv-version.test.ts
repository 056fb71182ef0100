import { describe, expect, it } from 'vitest'
import { bulkWorld, ndjson } from '../support/bulk-world.ts'

const csv = 'id,n\na,10\n'
const cure = /^invalid_options: .*"types": \{"n": "N"\}/

describe('option version on a run of CSV', () => {
  it('needs the type of its attribute: without it nothing is written, and the run says what to add', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.csv': csv, 'b.ndjson': ndjson({ id: 'b', n: 1 }) }, { options: { version: 'n' } })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    expect(await world.status('r1')).toMatchObject({
      state: 'failed',
      errors: [expect.stringMatching(cure)]
    })
    expect(world.ids()).toEqual([])
  })

  it.each([
    ['by the name of the file', 'a.csv', {}],
    ['by option format', 'a', { format: { type: 'csv' } }]
  ])('is a number where types says so, and 10 is above 9 (%s)', async (_, file, format) => {
    const world = bulkWorld()
    const options = { version: 'n', types: { n: 'N' }, ...format }
    for (const [run, n] of [
      ['r9', '9'],
      ['r10', '10']
    ] as const) {
      world.unload(run, { [file]: `id,n\na,${n}\n` }, { options })
      await world.arrive(`unload/${run}/manifest.json`)
      await world.drain()
    }
    expect(await world.status('r10')).toMatchObject({ state: 'complete', rows: { written: 1, stale: 0 } })
  })

  it('cannot come in by the options of a redrive either: its chunk fails with the cure, its rows stay set aside', async () => {
    const world = bulkWorld()
    world.unload('r1', { 'a.csv': 'ID,n\na,10\n' })
    await world.arrive('unload/r1/manifest.json')
    await world.drain()
    await world.redrive('r1', { names: 'lower', version: 'n' })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'failed' })
    expect((await world.status('r1')).errors.join()).toMatch(/"types": \{"n": "N"\}/)
    await world.redrive('r1', { names: 'lower', version: 'n', types: { n: 'N' } })
    await world.drain()
    expect(await world.status('r1')).toMatchObject({ state: 'complete', rows: { written: 1, rejected: 0 } })
  })
})

it('rows that are stale because the stored version is of another type are told in the errors of the run', async () => {
  const world = bulkWorld()
  const load = async (run: string, n: string | number) => {
    world.unload(run, { 'a.ndjson': ndjson({ id: 'a', n }) }, { options: { version: 'n' } })
    await world.arrive(`unload/${run}/manifest.json`)
    await world.drain()
    return world.status(run)
  }
  await load('r1', '9')
  const { rows, errors } = await load('r2', 10)
  expect(rows).toMatchObject({ written: 0, stale: 1 })
  expect(errors.join()).toMatch(/the stored n is of another type/)
})
