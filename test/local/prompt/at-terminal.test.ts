import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { atTerminal, keys } from '../../support/terminal.ts'

let folder = ''
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'push-prompt-'))
})
afterAll(() => rm(folder, { recursive: true, force: true }))

const prompt = 'sql> \u001b[6G'

// A process of its own in a pseudo-terminal; every step waits for what a person would wait for.
describe('the prompt', { timeout: 60_000 }, () => {
  it('takes a paste of 3,000 lines, cancels SQL and keeps everything, completes, follows the size, and remembers', async () => {
    const rows = Array.from({ length: 3_000 }, (_, n) => `  (${n}, 'line; ${n}')`).join(',\n')
    const first = await atTerminal(['--no-example'], folder, [
      [prompt, 'create table kept (n number,\n  t varchar);\n'],
      ['KEPT successfully created', ''],
      [prompt, `insert into kept values\n${rows};\n`],
      ['|                    3000 |', ''],
      [prompt, 'select count(*) from table(generator(rowcount => 2000000000)) a, kept b;\n'],
      ['kept b;', keys.interrupt],
      ['SQL execution canceled', ''],
      [prompt, `select count(*) as after_all fro${keys.tab}`],
      ['from', ` ke${keys.tab}`],
      ['kept', ';\n'],
      ['|      3000 |', { rows: 40, columns: 30 }],
      ['Time:', ''],
      [prompt, "select 'abcdefghijklmnop' as first, 'qrstuvwxyz' as second;\n"],
      ['-[ RECORD 1 ]', ''],
      ['Time:', ''],
      [prompt, 'select nothing\nfrom kept;\n'],
      ["invalid identifier 'NOTHING'", ''],
      ['line 1, column 8', ''],
      [prompt, 'help\n'],
      ['!look <table>', '\\q\n']
    ])
    expect(first.stderr).toBe('')
    expect(first.code).toBe(0)
    expect(first.stdout.match(/Row\(s\) produced/g)?.length).toBe(3)

    const second = await atTerminal(['--no-example'], folder, [
      // The newest is the command that left, then help, then the statement of two lines, whole.
      [prompt, `${keys.up}${keys.up}`],
      ['nothing\r\n', keys.interrupt],
      [prompt, 'exit\n']
    ])
    expect(second).toMatchObject({ code: 0, stderr: '' })
  })

  it('runs what was typed ahead of Ctrl-D, and says what had no end', async () => {
    const { code, stdout } = await atTerminal(['--no-example', '--format', 'csv'], folder, [
      [prompt, `select 'a' || 1 as x;\nselect 'b' || 2 as y;\nselect 3\n${keys.end}`],
      ['X', '']
    ])
    expect(code).toBe(0)
    expect(stdout).toContain('a1')
    expect(stdout).toContain('b2')
    expect(stdout).toContain('the last statement has no semicolon and was not run')
  })

  it('cancels a push, and the worksheet goes on', async () => {
    // A DynamoDB that takes tables and never answers a write.
    const silent = createServer((request, response) => {
      const target = String(request.headers['x-amz-target'])
      if (/(BatchWriteItem|PutItem|UpdateItem|GetItem)$/.test(target)) return
      response.setHeader('content-type', 'application/x-amz-json-1.0')
      response.end(
        JSON.stringify({
          Table: {
            TableStatus: 'ACTIVE',
            KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
            AttributeDefinitions: [{ AttributeName: 'id', AttributeType: 'S' }]
          }
        })
      )
    })
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const endpoint = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`
    const { code } = await atTerminal(
      ['--no-example', '--table', 'orders=id:S'],
      folder,
      [
        [prompt, "select push_to_dynamo('orders', object_construct('id', 'a')) as result;\n"],
        ['result;', keys.interrupt],
        ['SQL execution canceled', ''],
        [prompt, "select 'still ' || 'here' as x;\n"],
        ['still here', 'exit\n']
      ],
      { DYNAMODB_ENDPOINT: endpoint }
    )
    silent.closeAllConnections()
    silent.close()
    expect(code).toBe(0)
  })
})
