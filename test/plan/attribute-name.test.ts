import { describe, expect, it } from 'vitest'
import { attributeName } from '../../api/plan/attribute-name.ts'

describe('the name of an attribute', () => {
  it('is the column’s as it is', () => {
    expect(attributeName('CUSTOMER_Id', 'as_is')).toBe('CUSTOMER_Id')
  })

  it('is the column’s in lower case', () => {
    expect(attributeName('CUSTOMER_Id', 'lower')).toBe('customer_id')
    expect(attributeName('ÄPFEL', 'lower')).toBe('äpfel')
  })

  it.each([
    ['CUSTOMER_ID', 'customerId'],
    ['ID', 'id'],
    ['customerId', 'customerId'],
    ['Name', 'Name'],
    ['customer_Id', 'customerId'],
    ['A__B', 'aB'],
    ['_ID', 'Id'],
    ['ID_', 'id'],
    ['A_1B', 'a1b'],
    ['ÄPFEL_ÖL', 'äpfelÖl'],
    ['FACE_😀', 'face😀'],
    ['_', ''],
    ['2024', '2024']
  ])('is in camel case for %s: %s', (column, name) => expect(attributeName(column, 'camel')).toBe(name))
})
