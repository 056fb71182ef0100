import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareRoads, sentRow } from '../support/two-roads.ts'

/**
 * A row that is read straight into DynamoDB's JSON, out of JSON or out of cells, and the same row on the general road
 * come to the same: the same bytes on the wire, the same size, key, version and reject.
 */
describe('both roads', () => {
  it('plan the same for any row', () => {
    let lean = 0
    fc.assert(
      fc.property(sentRow, (row) => {
        const compared = compareRoads(row)
        lean += compared.lean
        expect(compared.difference).toBeUndefined()
      }),
      { numRuns: 3_000 }
    )
    expect(lean).toBeGreaterThan(1_000)
  })
})
