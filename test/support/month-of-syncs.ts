import fc from 'fast-check'
import { expect } from 'vitest'
import type { CallExternal } from '../../api/local/worksheet/call-external.ts'
import { extent } from './extent.ts'
import type { Synced } from './synced.ts'

/** How the push of a day fares. */
export type DayFault =
  | 'none'
  /** The statement fails before anything is sent. */
  | 'fails'
  /** … after everything is stored. */
  | 'fails late'
  /** … after half of it is stored. */
  | 'fails half-way'
  /** Every third row is not sent. */
  | 'unprocessed'
  /** Every third row is stored and answered `unprocessed`: its answer was lost. */
  | 'unsure'

const faults: readonly DayFault[] = ['none', 'fails', 'fails late', 'fails half-way', 'unprocessed', 'unsure']
const unprocessed = '{"status":"unprocessed","attempts":3,"message":"out of time"}'

/** A call that fares as `fault()` says, for pushes only. */
export const faultyCall =
  (fault: () => DayFault) =>
  (call: CallExternal): CallExternal =>
  async (fn, rows, options) => {
    const now = fn.name === 'push_to_dynamo' ? fault() : 'none'
    const isThird = (_: unknown, at: number): boolean => at % 3 === 0
    switch (now) {
      case 'none':
        return call(fn, rows, options)
      case 'fails':
        throw new Error('Request failed for external function PUSH_TO_DYNAMO')
      case 'fails late':
        await call(fn, rows, options)
        throw new Error('Request failed for external function PUSH_TO_DYNAMO')
      case 'fails half-way':
        await call(fn, rows.slice(0, Math.ceil(rows.length / 2)), options)
        throw new Error('Request failed for external function PUSH_TO_DYNAMO')
      case 'unprocessed': {
        const sent = rows.filter((row, at) => !isThird(row, at))
        const answers = sent.length === 0 ? [] : [...(await call(fn, sent, options))]
        return rows.map((row, at) => (isThird(row, at) ? unprocessed : (answers.shift() ?? '')))
      }
      case 'unsure': {
        const answers = await call(fn, rows, options)
        return answers.map((answer, at) => (isThird(answer, at) ? unprocessed : answer))
      }
      default:
        return now satisfies never
    }
  }

/** A day's changes: values of keys, null for a key that goes. Few keys and values, so that they return. */
const change = fc.tuple(
  fc.constantFrom(...'abcdefgh', ''),
  fc.option(fc.integer({ min: 0, max: 3 }), { freq: 3 })
)

/** Five days, ten in a whole run, or as many as DAYS says. */
const length = Number(process.env.DAYS ?? extent(5, 10))

/** Days: what changes in the source, and how the run fares. */
export const month = fc.array(fc.tuple(fc.array(change, { maxLength: 4 }), fc.constantFrom(...faults)), {
  minLength: length,
  maxLength: length
})

type Month = typeof month extends fc.Arbitrary<infer Days> ? Days : never

/**
 * Lives through the month on the table `name` and checks what it must end with: table = source, nothing to reconcile,
 * an audit in which every row that was sent has one result.
 */
export const liveThrough = async (
  world: Synced,
  { name, capture }: { readonly name: string; readonly capture: 'diff' | 'stream' },
  days: Month,
  play: (fault: DayFault) => void
): Promise<void> => {
  const run = async (fault: DayFault) => {
    play(fault)
    const answer = await world.answer(`run_dynamo_sync('${name}')`)
    play('none')
    return answer
  }
  await world.sql(`CREATE TABLE ${name} (id VARCHAR, n NUMBER(38,2))`)
  await world.sql(
    `CALL create_dynamo_sync('${name}', '${name}', '${name}', ARRAY_CONSTRUCT('ID'), OBJECT_CONSTRUCT('capture', '${capture}', 'mirror', TRUE, 'max_delete_share', 1))`
  )
  const source = new Map<string, number>()
  for (const [changes, fault] of days) {
    for (const [key, value] of changes) {
      await world.sql(`DELETE FROM ${name} WHERE id = '${key}'`)
      if (value === null) source.delete(key)
      else {
        source.set(key, value)
        await world.sql(`INSERT INTO ${name} VALUES ('${key}', ${value}.5)`)
      }
    }
    const answer = await run(fault)
    const sent = Number(answer.put) + Number(answer.delete)
    // What was lost, or not sent, waits for the next run, and the answer says so.
    const isLost = fault.startsWith('fails') && sent > 0
    const state = isLost ? 'failed' : fault !== 'none' && sent > 0 ? 'incomplete' : 'complete'
    expect(answer).toMatchObject(isLost ? { state, unprocessed: sent } : { state })
  }
  await run('none')
  expect(await run('none')).toMatchObject({
    state: 'complete',
    put: 0,
    delete: 0,
    ...(capture === 'diff' ? { read: source.size, unchanged: source.size } : {})
  })

  // A row with an empty key cannot be stored: it is set aside.
  const isRejected = source.delete('')
  const stored = [...(await world.items(name, 'ID'))].map(([key, item]) => [key, (item.N as { N: string }).N])
  expect(new Map(stored as [string, string][])).toEqual(
    new Map([...source].map(([key, n]) => [key, `${n}.5`]))
  )
  const findings = isRejected ? [{ KEY: { ID: '' }, FINDING: 'missing' }] : []
  expect(await world.sql(`CALL reconcile_dynamo('${name}')`)).toEqual(findings)
  expect(await world.sql(`SELECT key FROM dynamo_sync_failures WHERE sync = '${name}'`)).toHaveLength(
    findings.length
  )

  const audit = await world.sql(`SELECT * FROM dynamo_audit WHERE sync = '${name}'`)
  expect(audit).toHaveLength(days.length + 2)
  for (const row of audit) {
    const ends = ['WRITTEN', 'DELETED', 'SUPERSEDED', 'STALE', 'REJECTED', 'UNPROCESSED']
    expect(ends.reduce((sum, end) => sum + Number(row[end]), 0)).toBe(row.SENT_ROWS)
  }
}
