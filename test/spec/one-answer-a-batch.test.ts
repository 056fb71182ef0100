import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RowResult } from '../../api/plan/row-result.ts'
import type { OnceDeps } from '../../api/spill/once-deps.ts'
import { extent } from '../support/extent.ts'
import { onceWorld } from '../support/once-world.ts'
import type { PortFault } from '../support/scripted-port.ts'

/** What Snowflake, Lambda and SQS do to one batch. `who` counts the processes that were started, the newest first. */
type Happening =
  | { readonly kind: 'delivery' }
  | { readonly kind: 'poll' }
  | { readonly kind: 'message'; readonly comesAgain: boolean }
  | { readonly kind: 'crash'; readonly who: number }
  | { readonly kind: 'pass'; readonly ms: number }

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({ kind: fc.constant('delivery' as const) }),
  fc.record({ kind: fc.constant('poll' as const) }),
  fc.record({ kind: fc.constant('message' as const), comesAgain: fc.boolean() }),
  fc.record({ kind: fc.constant('crash' as const), who: fc.nat({ max: 2 }) }),
  fc.record({ kind: fc.constant('pass' as const), ms: fc.constantFrom(0, 1, 7, 300, 9_000, 31_000, 61_000) })
)
/** How the table takes its first calls; later ones pass. */
const tableFault: fc.Arbitrary<PortFault> = fc.constantFrom(
  ...(['pass', 'refused', 'refused', 'lost', 'applied-lost', { left: 1 }] as const)
)
/** How the ledger takes its first writes: refused, or written while the answer is lost, once or with a repeat. */
const ledgerFault = fc.constantFrom('pass', 'pass', 'pass', 'fails', 'written-fails', 'written-repeated')

const story = fc.record({
  happenings: fc.array(happening, { minLength: 1, maxLength: 14, size: 'max' }),
  tableFaults: fc.array(tableFault, { maxLength: 60, size: 'max' }),
  busyMs: fc.constantFrom(0, 0, 25_000, 90_000),
  ledgerFaults: fc.array(ledgerFault, { maxLength: 12, size: 'max' }),
  rows: fc.integer({ min: 1, max: 60 }),
  dice: fc.infiniteStream(fc.double({ min: 0, max: 0.999, noNaN: true }))
})

const faulty =
  (faults: readonly string[], isOver: () => boolean) =>
  ({ ledger }: OnceDeps): Partial<OnceDeps> => {
    let puts = 0
    const put: OnceDeps['ledger']['put'] = async (record, was) => {
      const fault = isOver() ? 'pass' : (faults[puts++] ?? 'pass')
      if (fault === 'fails') throw new Error('the ledger failed')
      const isMade = await ledger.put(record, was)
      if (fault === 'written-fails') throw new Error('the answer of the ledger was lost')
      return fault === 'written-repeated' ? ledger.put(record, was) : isMade
    }
    return { ledger: { ...ledger, put } }
  }

describe('whatever deliveries, repeats, crashes, takeovers and polls do to a batch', () => {
  it('everybody gets the same answer, and it is true', () =>
    fc.assert(
      fc.asyncProperty(story, async ({ happenings, tableFaults, busyMs, ledgerFaults, rows, dice }) => {
        let isOver = false
        const world = onceWorld({
          random: () => dice.next().value ?? 0.5,
          script: ({ nth, at }) => {
            const isBusy = at - startMs < busyMs && nth > 1
            return isBusy ? 'refused' : (tableFaults[nth] ?? 'pass')
          },
          broken: faulty(ledgerFaults, () => isOver)
        })
        const startMs = world.clock.now()
        // Rows that must not be in the table yet: a repeat that knew nothing of the first would call them failed.
        const options = [{}, { if: 'absent' }, { skip_unchanged: true }]
        const sent = Array.from({ length: rows }, (_, n) => [{ id: `k${n}` }, options[n % 3]])
        const kills: Array<() => void> = []
        const lost: Array<() => boolean> = []
        const heard: Array<readonly RowResult[]> = []
        const ends: Promise<unknown>[] = []
        let isAccepted = false
        const hear = async (): Promise<void> => {
          const polled = await world.poll()
          if (isAccepted) expect(polled.kind).not.toBe('unknown')
          if (polled.kind === 'answered') heard.push(polled.results)
        }
        const deliver = () => {
          const delivery = world.deliver(sent)
          lost.push(delivery.hasLostLedger)
          let isDead = false
          kills.unshift(() => {
            isDead = true
            delivery.kill()
          })
          // Without a ledger nobody can promise that a repeat hears the same.
          const hasEnded = delivery.outcome.then(
            ({ results }) => {
              if (isDead || delivery.hasLostLedger()) return
              if (results === undefined) isAccepted = true
              else heard.push(results)
            },
            () => {}
          )
          ends.push(hasEnded)
        }

        deliver()
        for (const each of happenings) {
          if (each.kind === 'delivery') deliver()
          if (each.kind === 'poll') await hear()
          if (each.kind === 'crash') kills[each.who]?.()
          if (each.kind === 'pass') await world.clock.sleep(each.ms)
          const [message] = world.messages
          if (each.kind === 'message' && message !== undefined && message.atMs <= world.clock.now()) {
            if (!each.comesAgain) world.messages.shift()
            const worker = world.drain(message.body)
            kills.unshift(worker.kill)
            // What fails is delivered again.
            ends.push(worker.done.catch(() => void world.messages.push(message)))
          }
        }
        isOver = true
        // In the end all that live come to their end, and Snowflake sends what it has no answer for once more.
        await world.clock.sleep(200_000)
        deliver()
        await world.clock.sleep(200_000)
        await world.drainAll()
        await hear()
        await world.clock.sleep(100_000)
        deliver()
        await world.clock.sleep(50_000)

        const [first] = heard
        const held = new Set([...world.port.items.values()].map((item) => item.get('id')?.S))
        expect(first).toHaveLength(rows)
        for (const answer of heard) expect(answer).toEqual(first)
        for (const [n, { status }] of (first ?? []).entries()) {
          // A repeat of what was written without the ledger is a first for all that anybody knows.
          if (!lost.some((hasLost) => hasLost())) expect(status).toBe('written')
          // Our own rows are nobody else's, whatever the ledger did.
          expect(['condition_failed', 'unchanged']).not.toContain(status)
          if (status === 'written') expect(held).toContain(`k${n}`)
        }
      }),
      { numRuns: extent(25, 180) }
    ))
})
