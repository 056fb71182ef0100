import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareRoads, sentRow } from '../support/two-roads.ts'

/**
 * A row that is read straight into DynamoDB's JSON and one that takes the general road come to the same: the same
 * bytes on the wire, the same size, key, version and reject.
 */
describe('both roads', () => {
  it('plan the same for any row', () => {
    let lean = 0
    fc.assert(
      fc.property(sentRow, (row) => {
        const { isLean, difference } = compareRoads(row)
        if (isLean) lean += 1
        expect(difference).toBeUndefined()
      }),
      { numRuns: 4_000 }
    )
    expect(lean).toBeGreaterThan(600)
  })
})
