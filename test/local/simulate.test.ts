import { describe, expect, it } from 'vitest'
import type { Settings } from '../../api/local/simulate/settings.ts'
import { readSettings } from '../../api/local/simulate/settings.ts'
import { type Outcome, simulateStatements } from '../../api/local/simulate/simulate-statements.ts'
import { extent } from '../support/extent.ts'
import { lastJson, runCommand } from '../support/run-command.ts'

const simulate = async (args: readonly string[]) => {
  const ended = await runCommand('simulate', args, process.cwd())
  return { ...ended, outcome: () => lastJson(ended) as unknown as Outcome & { settings: Settings } }
}

// Processes of their own.
describe('npm run simulate', { timeout: 60_000 }, () => {
  it('prints a table, a chart and as its last line one line of JSON', async () => {
    const { code, stdout, stderr, outcome } = await simulate([
      ...['--wcu', '250', '--rows', '5000', '--concurrency', '32', '--json']
    ])

    expect(stderr).toBe('')
    expect(code).toBe(0)
    expect(stdout).toMatch(/rows written +5000 of 5000\n/)
    expect(stdout).toMatch(/time \/ bound +1\.\d\d\n/)
    expect(stdout).toMatch(/failed batches +0\n/)
    expect(stdout).toMatch(/│█+/)
    expect(outcome()).toMatchObject({ settings: { wcu: 250 }, written: 5_000, lost: 0, failedBatches: 0 })
  })

  it('ends with one line that says what is wrong', async () => {
    const { code, stdout, stderr } = await simulate(['--wcu', '-5', '--json'])

    expect(code).not.toBe(0)
    expect(stdout).toBe('')
    expect(stderr).toBe('simulate: --wcu must be a whole number from 1 to 10000000, not -5\n')
  })
})

describe('the arguments of simulate', () => {
  it.each([
    ['a number that is none', ['--wcu', 'many'], '--wcu must be a whole number from 1 to 10000000, not many'],
    ['a negative number', ['--rows', '-5'], '--rows must be a whole number from 1 to 5000000, not -5'],
    ['a huge number', ['--rows', '99999999999'], '--rows must be a whole number from 1 to 5000000'],
    ['a fraction', ['--concurrency', '1.5'], '--concurrency must be a whole number'],
    ['more rows than it holds', ['--rows', '1000000', '--statements', '9'], 'over 5000000 rows'],
    ['a number that is missing', ['--wcu'], '--wcu'],
    ['an unknown argument', ['--wcus', '5'], '--wcus'],
    ['a range that is none', ['--halve', '40-10'], '--halve must be two whole seconds like 10-40']
  ])('are refused by name: %s', (_what, args, message) => {
    expect(() => readSettings(args)).toThrow(message)
  })
})

// Minutes of virtual time, call by call.
describe('a statement against a table with a capacity', { timeout: 60_000 }, () => {
  const run = (...args: readonly string[]) => simulateStatements(readSettings(args))

  // 50 seconds of the table, however wide it is.
  const rows = extent(5_000, 10_000)
  const size = ['--wcu', String(rows / 50), '--rows', String(rows)]

  it('is on time with few wasted calls', async () => {
    const outcome = await run(...size, '--concurrency', '64')

    expect(outcome).toMatchObject({ failedStatements: 0, failedBatches: 0, lost: 0, written: rows })
    expect(outcome.timeToBound).toBeLessThanOrEqual(1.1)
    expect(outcome.wastedCalls).toBeLessThan(0.05)
    expect(outcome.accepted202).toBeGreaterThan(0)
  })

  it('is on time when nothing is known of the table, and without admission wastes its calls', async () => {
    const cold = await run(...size, '--unknown-capacity')
    const alone = await run(...size, '--no-admission')

    expect(cold).toMatchObject({ written: rows, failedStatements: 0 })
    expect(cold.wastedCalls).toBeLessThan(0.05)
    expect(alone).toMatchObject({ written: rows, failedStatements: 0 })
    expect(alone.wastedCalls).toBeGreaterThan(0.2)
  })

  it('sends few rows twice where many begin at once on a table that says nothing', async () => {
    const args = ['--wcu', '2000', '--rows', '12800', '--concurrency', '64', '--unknown-capacity']
    const outcome = await run(...args)

    expect(outcome).toMatchObject({ written: 12_800, failedStatements: 0 })
    expect(outcome.heldRows).toBeLessThan(0.2)
    expect(outcome.timeToBound).toBeLessThanOrEqual(1.15)
  })

  it('is back at its rate soon after a table took nothing for a while, and no batch is lost to that', async () => {
    const outcome = await run('--wcu', '1000', '--rows', '20000', '--outage', '3-15')

    expect(outcome).toMatchObject({ written: 20_000, lost: 0, failedStatements: 0, failedBatches: 0 })
    expect(outcome.timeToBound).toBeLessThanOrEqual(1.3)
  })

  it('is on time with a ledger that answers in 400 ms, before which the head of an idle meter has passed', async () => {
    const outcome = await run('--wcu', '1000', '--rows', '20000', '--concurrency', '16', '--ledger-ms', '400')

    expect(outcome).toMatchObject({
      written: 20_000,
      failedStatements: 0,
      events: { batch_answered: expect.any(Number) }
    })
    expect(Object.keys(outcome.events).join()).not.toContain('ledger_lost')
    expect(outcome.timeToBound).toBeLessThanOrEqual(1.15)
    expect(outcome.heldRows).toBeLessThan(0.1)
  })

  it('finishes at 10 write units a second through 202, every row written', async () => {
    const outcome = await run('--wcu', '10', '--rows', '1000', '--concurrency', '8')

    expect(outcome).toMatchObject({ written: 1_000, lost: 0, failedStatements: 0 })
    expect(outcome.accepted202).toBeGreaterThan(0)
  })

  it('sends more than the queue may hold back with 429; it comes again, and nobody is told a lie', async () => {
    const outcome = await run('--wcu', '2', '--rows', '1000', '--concurrency', '64')

    expect(outcome.refused429).toBeGreaterThan(0)
    expect(outcome).toMatchObject({ written: 1_000, lost: 0, failedStatements: 0 })
  })
})
