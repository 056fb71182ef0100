import { once } from 'node:events'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { maxBodyBytes } from '../../api/decode/content-encoding.ts'
import { someOf } from '../support/extent.ts'
import { type RunningCommand, startCommand } from '../support/run-command.ts'

// Bodies that are legal in size and made to take memory. Those of a kind go to one `serve`, one after the other: its peak is that
// of the greediest, with what the collector has not taken of the others.

const mostMB = 512
const room = maxBodyBytes - 200
const many = (piece: string, before = '', after = ''): string =>
  before + piece.repeat(Math.floor((room - before.length - after.length) / piece.length)) + after
const row = (item: string, options = ''): string => `{"data":[[0,"orders",${item}${options}]]}`

type Heavy = readonly [name: string, body: string, status: number, said: RegExp]

const beyondJson: readonly Heavy[] = [
  ['ten million [', many('['), 400, /ends too early/],
  ['ten million [ in an item', row(many('[')).slice(0, room), 400, /cannot be read/],
  ['nested objects in text', row(JSON.stringify(many('{"a":').slice(0, room / 2))), 200, /not_an_object/],
  ['a text of escapes that does not end', row(many('"\\u0000')), 400, /cannot be read/],
  ['escapes in a text', row(many('\\u0000', '{"id":"a","t":"', '"}')), 200, /item_too_large/],
  ['one number', many('1'), 400, /not a JSON object/],
  ['three million empty rows', many('{},', '{"data":[', '{}]}'), 413, /at most 50000/]
]

const beyondItem: readonly Heavy[] = [
  [
    'half a million numbers in an item',
    row(`{"id":"a","n":[${'0,'.repeat(500_000)}0]}`),
    200,
    /item_too_large/
  ],
  [
    'a million empty objects in an item',
    row(`{"id":"a","n":[${'{},'.repeat(1_300_000)}0]}`),
    200,
    /item_too_large/
  ],
  ['one name 600,000 times', row(`{"id":"a"${',"a":1'.repeat(600_000)}}`), 200, /duplicate_attribute/],
  [
    'options of megabytes',
    row('{"id":"a"}', `,[${'0,'.repeat(4_000_000)}0]`),
    200,
    /at most 1048576 are read/
  ]
]

describe.each([
  { kind: 'no batch of rows', bodies: someOf(beyondJson, 4) },
  { kind: 'a row that no item can hold', bodies: someOf(beyondItem, 3) }
])('$kind', ({ bodies }) => {
  let serve: RunningCommand
  let url = ''
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'push-heavy-'))
    serve = startCommand('serve', ['--port', '0', '--dynamodb-port', '0', '--table', 'orders=id:S'], folder)
    const [line] = await once(serve.child.stdout as NodeJS.ReadableStream, 'data')
    url = /http:\/\/[^ \n]+/.exec(String(line))?.[0] ?? ''
  }, 30_000)
  afterAll(async () => {
    serve.child.kill('SIGTERM')
    await serve.ended
    await rm(folder, { recursive: true, force: true })
  })

  const peakMB = async (): Promise<number> => {
    const status = await readFile(`/proc/${serve.child.pid}/status`, 'utf8').catch(() => '')
    return Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0) / 1e3
  }

  it.each(bodies)(
    '%s: one answer, and no more than 512 MB',
    { timeout: 30_000 },
    async (_, body, status, said) => {
      const answer = await fetch(`${url}/push`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body
      })
      expect(answer.status).toBe(status)
      expect(await answer.text()).toMatch(said)
      expect(await peakMB()).toBeLessThan(mostMB)
    }
  )
})
