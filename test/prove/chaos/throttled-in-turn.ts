import type { Fault, FaultScript } from '../../support/fault-proxy.ts'

const turnMs = 5_000
const turns = ['table', 'calm', 'ledger', 'calm'] as const

/** How many calls met a fault, by whose they were. */
export interface Faults {
  table: number
  ledger: number
}

/**
 * In turn of 5 s each the table is throttled, nothing is, the ledger is, nothing is: then most calls are refused, some
 * take effect without an answer, and of batches only some rows are taken.
 */
export const throttledInTurn = (ledger: string, random: () => number, faults: Faults): FaultScript => {
  const beganMs = Date.now()
  return ({ operation, body }): Fault => {
    const turn = turns[Math.floor((Date.now() - beganMs) / turnMs) % turns.length]
    const whose = body.includes(`"${ledger}"`) ? 'ledger' : 'table'
    const dice = random()
    if (turn !== whose || dice > 0.7) return 'pass'
    faults[whose] += 1
    if (dice < 0.05) return 'applied-reset'
    return operation === 'BatchWriteItem' && dice < 0.3 ? { unprocessed: 15 } : 'throttled'
  }
}
