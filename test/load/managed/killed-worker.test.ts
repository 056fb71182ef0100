import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importTables } from '../../../api/load/managed/import-tables.ts'
import { type BulkWorld, bulkWorld, ndjson, orders } from '../../support/bulk-world.ts'
import { mortalWorker } from '../../support/mortal-worker.ts'
import { type Jobs, openJobs } from '../../support/open-jobs.ts'

const forever = new AbortController().signal
let jobs: Jobs
let dynamodb: Jobs['dynamodb']
let managed: Jobs['managed']
let world: BulkWorld
let written: string[] = []
const tables: Record<string, readonly string[]> = {}
const imports = importTables({ orders: [{ name: 'id', type: 'S' }] })

beforeAll(async () => {
  jobs = await openJobs(() => world, {
    tables,
    make: async (table) => {
      tables[table] = ['id']
    },
    put: async (_table, items) => void written.push(...items.map(({ id }) => String(id?.S)))
  })
  dynamodb = jobs.dynamodb
  managed = jobs.managed
})
afterAll(() => jobs.close())

/** Two chunks, one row that is rejected and one that the job cannot write; a worker that dies at a step, others live. */
const loadedAfterDeath = async (engine: 'bulk_put' | 'import', steps: number, takesEffect: boolean) => {
  dynamodb.operations.forget()
  dynamodb.imports.forget()
  dynamodb.imports.plays({ looks: 1 })
  if (engine === 'import') delete tables.orders
  else tables.orders = ['id']
  dynamodb.operations.plays({ refuse: ({ id }) => (id?.S === 'r0004' ? 'no' : undefined), looks: 1 })
  written = []
  world = bulkWorld({ managed, imports, isThere: () => tables.orders !== undefined })
  const files = { 'a.ndjson': `${orders(0, 6)}${ndjson({ n: 1 })}`, 'b.ndjson': orders(6, 9) }
  world.unload('r1', files, { options: { engine } })
  await world.arrive('unload/r1/manifest.json')
  const first = mortalWorker(world.deps, steps, takesEffect)
  const life: NonNullable<Parameters<BulkWorld['drain']>[0]>['life'] = (deps) =>
    first.deadline.aborted ? { deps, deadline: forever } : first
  await world.drain({ lanes: 1, life })
  return first.deadline.aborted
}

describe('a worker that dies on the road of bulk_put', () => {
  it.each([true, false])('at any step: one job, every row written or set aside once', async (takesEffect) => {
    let [steps, hasDied] = [3, true]
    while (hasDied) {
      hasDied = await loadedAfterDeath('bulk_put', steps, takesEffect)
      expect(await world.status('r1'), `step ${steps}`).toMatchObject({
        state: 'complete',
        rows: { read: 10, written: 8, rejected: 2, unprocessed: 0 }
      })
      expect(dynamodb.operations.begun(), `step ${steps}`).toBe(1)
      expect(written).toHaveLength(8)
      expect(world.deadLetters).toEqual([])
      steps += 3
    }
    expect(steps).toBeGreaterThan(60)
  })
})

describe('a worker that dies on the road of import', () => {
  it.each([true, false])(
    'at any step: one import, every row written or set aside once',
    async (takesEffect) => {
      let [steps, hasDied] = [3, true]
      while (hasDied) {
        hasDied = await loadedAfterDeath('import', steps, takesEffect)
        expect(await world.status('r1'), `step ${steps}`).toMatchObject({
          state: 'complete',
          rows: { read: 10, written: 9, rejected: 1, unprocessed: 0 }
        })
        expect(dynamodb.imports.begun(), `step ${steps}`).toBe(1)
        expect(written).toHaveLength(9)
        expect(world.deadLetters).toEqual([])
        steps += 7
      }
      expect(steps).toBeGreaterThan(50)
    }
  )
})
