import { expect, it } from 'vitest'
import { noRun } from '../../api/load/start-load.ts'
import { readAllowRejected, tooManyRejected } from '../../api/local/allow-rejected.ts'

const { rows: none } = noRun('r', 't', 'complete', [])
const tell = (rows: Partial<typeof none>, allowed?: string) =>
  tooManyRejected({ rows: { ...none, ...rows } }, readAllowRejected(allowed))

it('nothing written and something rejected is no success, unless --allow-rejected says so', () => {
  expect(tell({ read: 2, rejected: 2 })).toMatch(/^nothing was written and 2 of 2 rows were rejected/)
  expect(tell({ read: 3, stale: 1, rejected: 2 })).toMatch(/^nothing was written/)
  expect(tell({ read: 2, rejected: 2 }, '100%')).toBeUndefined()
  expect(tell({ read: 2, written: 1, rejected: 1 })).toBeUndefined()
  expect(tell({ read: 2, valid: 1, rejected: 1 })).toBeUndefined()
  expect(tell({ read: 0 })).toBeUndefined()
})

it('a lower share asks for more', () => {
  expect(tell({ read: 100, written: 95, rejected: 5 }, '5%')).toBeUndefined()
  expect(tell({ read: 100, written: 94, rejected: 6 }, '5')).toMatch(
    /^6 of 100 rows were rejected, more than/
  )
  expect(tell({ read: 100, written: 99, rejected: 1 }, '0%')).toBeDefined()
})

it.each(['101%', '-1', 'half', ''])('takes no share like %j', (text) => {
  expect(() => readAllowRejected(text)).toThrow('--allow-rejected takes a share')
})
