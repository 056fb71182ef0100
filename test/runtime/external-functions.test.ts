import { describe, expect, it } from 'vitest'
import { argumentCounts, externalFunctions, routes } from '../../api/runtime/external-functions.ts'

describe('the routes', () => {
  it('are each called by a function of SQL', () => {
    expect(new Set(externalFunctions.map(({ route }) => route))).toEqual(new Set(routes))
  })

  it('take the arguments of the functions that call them', () => {
    expect(argumentCounts('/push')).toEqual({ least: 2, most: 3 })
    expect(argumentCounts('/get')).toEqual({ least: 2, most: 2 })
    expect(argumentCounts('/tables')).toEqual({ least: 0, most: 0 })
  })
})
