import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { storedForm, UnknownForm } from '../../api/json/stored-form.ts'
import type { LedgerRecord } from '../../api/ledger/ledger-store.ts'
import { withForms } from '../../api/ledger/record-form.ts'
import { loadMessage } from '../../api/load/loader.ts'
import { buildApp } from '../../api/receive/app.ts'
import { bulkWorld } from '../support/bulk-world.ts'
import { plainLedger } from '../support/memory-ledger.ts'
import { onceWorld } from '../support/once-world.ts'

/** What stands in ledger, bucket and queue, as the version before wrote it. */
interface Stored {
  readonly ledger: readonly LedgerRecord[]
  readonly objects: Readonly<Record<string, string>>
  readonly messages: readonly string[]
}
type Rows = readonly unknown[]
const before = JSON.parse(
  readFileSync(new URL('../support/form-1.json', import.meta.url), 'utf8')
) as Readonly<{
  answered: Stored & { readonly rows: Rows; readonly results: readonly unknown[] }
  spilled: Stored & { readonly rows: Rows; readonly written: readonly string[] }
  checkpoint: Stored
  ended: Stored
}>

const later = <T extends object>(stored: T): T => ({ ...stored, form: storedForm + 1 })
const forever = new AbortController().signal
const isFrom = (kind: string) => (record: LedgerRecord) =>
  record.pk.startsWith(kind) || record.sk.startsWith(kind)

/** A ledger that holds these records as they are. */
const holding = async (records: readonly LedgerRecord[]) => {
  const plain = plainLedger()
  for (const record of records) await plain.put(record, undefined)
  const isUntouched = async (): Promise<boolean> => {
    for (const record of records)
      if (JSON.stringify(await plain.get(record)) !== JSON.stringify(record)) return false
    return true
  }
  return { ledger: withForms(plain), isUntouched }
}

const batchWorld = async (records: readonly LedgerRecord[], objects: Stored['objects'] = {}) => {
  const { ledger, isUntouched } = await holding(records)
  const world = onceWorld({ broken: () => ({ ledger }) })
  for (const [key, content] of Object.entries(objects))
    world.store.objects.set(key, Buffer.from(content, 'base64'))
  return { ...world, isUntouched }
}

const loadWorld = async (records: readonly LedgerRecord[], objects: Stored['objects'] = {}) => {
  const { ledger, isUntouched } = await holding(records)
  const world = bulkWorld({ ledger })
  for (const [key, content] of Object.entries(objects)) world.put(key, Buffer.from(content, 'base64'))
  const load = (body = '') =>
    loadMessage(world.deps)({ id: 'm', body, receiveCount: 1, receipt: 'r', waitedMs: 0 }, forever)
  return { ...world, isUntouched, load }
}

describe('what the version before has stored', () => {
  it('an answer is given again, and nothing is written', async () => {
    const { rows, results, ledger } = before.answered
    const world = await batchWorld(ledger)
    const outcome = await world.deliver(rows).outcome

    expect(outcome).toMatchObject({ isRepeat: true, results })
    expect(world.port.calls).toEqual([])
    expect(await world.poll()).toEqual({ kind: 'answered', results })
  })

  it('a spilled batch is finished: its rows that are written stay written', async () => {
    const { rows, ledger, objects, messages } = before.spilled
    const world = await batchWorld(ledger, objects)
    expect((await world.deliver(rows).outcome).results).toBeUndefined()
    await world.drain(messages[0] ?? '').done
    const polled = await world.poll()

    expect(polled.kind === 'answered' && polled.results.map(({ status }) => status)).toEqual(
      rows.map(() => 'written')
    )
    expect(world.port.items.size).toBe(rows.length - before.spilled.written.length)
  })

  it('a chunk goes on at its checkpoint', async () => {
    const { ledger, objects, messages } = before.checkpoint
    const world = await loadWorld(ledger, objects)
    await world.send(messages[1])
    await world.drain()

    expect(world.ids()).toEqual(['r1000', 'r1001', 'r1002'])
    expect(await world.status('r1')).toMatchObject({
      state: 'complete',
      rows: { read: 1003, written: 1001, rejected: 2 }
    })
    expect(gunzipSync(world.store.objects.get('rejected/r1/a.ndjson.gz.ndjson.gz') ?? '').toString()).toMatch(
      /^\{"number":7,.*\n\{"number":507,.*\n$/
    )
  })

  it('rejected rows go through again', async () => {
    const world = await loadWorld(before.ended.ledger, before.ended.objects)
    await world.redrive('r1', { rename: { no: 'id' }, types: { id: 'S' } })
    await world.drain()

    expect(world.ids()).toEqual(['507', '7'])
    expect(await world.status('r1')).toMatchObject({ rows: { written: 1003, rejected: 0 } })
  })
})

describe('what a later version has stored is not written over, and nothing else is written', () => {
  const { rows, ledger } = before.answered
  const state = (name: string) => (record: LedgerRecord) =>
    isFrom('batch#')(record) ? { ...record, state: name } : record

  it.each(['answered', 'spilled', 'working', 'released'])(
    'a repeat of a batch that is %s is 503',
    async (name) => {
      const world = await batchWorld(ledger.map(state(name)).map(later))
      await expect(world.deliver(rows).outcome).rejects.toMatchObject({ code: 'out_of_time' })

      expect(world.port.calls).toEqual([])
      expect(await world.isUntouched()).toBe(true)
      expect(await world.poll()).toEqual({ kind: 'pending' })
    }
  )

  it('so it is when only the note of its latest body cannot be read', async () => {
    const world = await batchWorld(ledger.filter(isFrom('latest#')).map(later))
    await expect(world.deliver(rows).outcome).rejects.toMatchObject({ code: 'out_of_time' })
    expect(world.port.calls).toEqual([])
    expect(await world.isUntouched()).toBe(true)
  })

  it('so it is when only the answer cannot be read, in the record or in the bucket', async () => {
    const [batch] = ledger.filter(isFrom('batch#'))
    const known = batch as LedgerRecord & { readonly results: string }
    const text = JSON.stringify(later(JSON.parse(known.results)))
    const inRecord = await batchWorld([{ ...known, results: text } as LedgerRecord])
    await expect(inRecord.deliver(rows).outcome).rejects.toMatchObject({ code: 'out_of_time' })

    const beside = { ...known, results: undefined, resultsKey: 'spill/x/answers.json.gz' } as LedgerRecord
    const packed = gzipSync(text).toString('base64')
    const inBucket = await batchWorld([beside], { 'spill/x/answers.json.gz': packed })
    await expect(inBucket.deliver(rows).outcome).rejects.toMatchObject({ code: 'out_of_time' })
    expect([...inRecord.port.calls, ...inBucket.port.calls]).toEqual([])
  })

  it('a delivery whose claim comes late stops once it knows', async () => {
    const { ledger: unreadable, isUntouched } = await holding(ledger.map(later))
    const world = onceWorld({
      script: ({ at }) => (at < 1_700_000_008_000 ? 'refused' : 'pass'),
      broken: () => ({
        ledger: {
          ...unreadable,
          async get(key) {
            await world.clock.sleep(6_500)
            return unreadable.get(key)
          }
        }
      })
    })
    await expect(world.deliver(rows).outcome).rejects.toMatchObject({ code: 'out_of_time' })
    expect([world.port.items.size, await isUntouched()]).toEqual([0, true])
  })

  it('a spilled batch waits for the version that can read it', async () => {
    const { ledger: records, objects, messages } = before.spilled
    const world = await batchWorld(records.map(later), objects)
    await expect(world.drain(messages[0] ?? '').done).rejects.toThrow(UnknownForm)
    expect(await world.isUntouched()).toBe(true)

    const [key = '', content = ''] =
      Object.entries(objects).find(([name]) => name.endsWith('rows.ndjson.gz')) ?? []
    const lines = gunzipSync(Buffer.from(content, 'base64')).toString().trimEnd().split('\n')
    const packed = gzipSync(lines.map((line) => JSON.stringify(later(JSON.parse(line)))).join('\n'))
    const newRows = await batchWorld(records, { ...objects, [key]: packed.toString('base64') })
    await expect(newRows.drain(messages[0] ?? '').done).rejects.toThrow(UnknownForm)

    expect([...world.port.calls, ...newRows.port.calls]).toEqual([])
    expect(world.clock.passed()).toBeLessThan(1_000)
  })

  it.each(['run', 'chunk#'])('nothing is loaded by a record of a %s', async (kind) => {
    const { ledger: records, objects, messages } = before.checkpoint
    const unread = records.map((record) => (record.sk.startsWith(kind) ? later(record) : record))
    const world = await loadWorld(unread, objects)
    await expect(world.load(messages[1])).rejects.toThrow(UnknownForm)
    const app = buildApp({ ...world.deps, deadlineMs: 20_000, version: 'test', loads: world.deps })
    for (const url of ['/loads/status', '/loads/redrive', '/loads/cancel']) {
      const reply = await app.inject({ method: 'POST', url, payload: '{"data":[[0,"r1"]]}' })
      expect(reply.statusCode).toBe(503)
    }

    expect([world.port.calls, await world.isUntouched()]).toEqual([[], true])
  })

  it.each(['chunk', 'run', 'redrive', 'spill'])('a message of kind %s comes again', async (kind) => {
    const { ledger: records, objects } = before.checkpoint
    const world = await loadWorld(records, objects)
    const body = JSON.stringify(
      later({ kind, run: 'r1', chunk: 'a.ndjson.gz', generation: 0, batch: 'b', more: 1 })
    )
    await expect(world.load(body)).rejects.toThrow(UnknownForm)
    expect([world.port.calls, await world.isUntouched()]).toEqual([[], true])
  })

  it('rejected rows stay where they are', async () => {
    const [[key, content] = ['', '']] = Object.entries(before.ended.objects)
    const lines = gunzipSync(Buffer.from(content, 'base64')).toString().trimEnd().split('\n')
    const packed = gzipSync(lines.map((line) => JSON.stringify(later(JSON.parse(line)))).join('\n'))
    const world = await loadWorld(before.ended.ledger, { [key]: packed.toString('base64') })
    await world.redrive('r1', { rename: { no: 'id' }, types: { id: 'S' } })
    await world.drain()

    expect(world.port.calls).toEqual([])
    expect(world.store.objects.get(key)).toEqual(packed)
  })
})
