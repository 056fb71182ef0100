import fc from 'fast-check'
import { expect, it } from 'vitest'
import { JsonBytes } from '../../api/json/json-bytes.ts'
import { parseJson } from '../../api/json/json-text.ts'
import { JsonNumber, JsonObject, JsonSet, type JsonValue, JsonWord } from '../../api/json/json-value.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'
import { keptRow, rowAgain } from '../../api/load/kept-row.ts'

const bytes = fc.uint8Array({ maxLength: 9 }).map((content) => new JsonBytes(content))
const { row } = fc.letrec<{ row: JsonValue; value: JsonValue }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small' },
    fc.string(),
    fc.constantFrom<JsonValue>(null, true, new JsonNumber('1e38'), new JsonWord('NaN'), new JsonWord('-inf')),
    bytes,
    fc.array(fc.string()).map((members) => new JsonSet('SS', members)),
    fc.array(bytes).map((members) => new JsonSet('BS', members)),
    fc.array(tie('value')),
    tie('row')
  ),
  row: fc.dictionary(fc.oneof(fc.string(), fc.constant('__proto__')), tie('value')).map((members) => {
    const object = new JsonObject()
    for (const [name, value] of Object.entries(members)) object.set(name, value)
    return object
  })
}))

it('any row is JSON in a rejected file, and the same again after it', () =>
  fc.assert(
    fc.property(row, (item) => {
      const kept = keptRow(item)
      const text = toJsonText(kept.row)
      JSON.parse(text)
      expect(rowAgain(parseJson(text), parseJson(toJsonText(kept.typed)), undefined)).toEqual(item)
    })
  ))

it('what was mended by hand to be something else stays so', () => {
  const kept = keptRow(new JsonWord('NaN'))
  expect(rowAgain(new JsonNumber('5'), kept.typed, undefined)).toEqual(new JsonNumber('5'))
  expect(rowAgain('five', kept.typed, undefined)).toBe('five')
  expect(rowAgain('not base64!', keptRow(new JsonBytes(Uint8Array.of(1))).typed, undefined)).toBe(
    'not base64!'
  )
})

it('bytes of a file that an earlier version wrote are bytes', () => {
  const item = new JsonObject([['b', 'AA==']])
  expect(rowAgain(item, undefined, ['b'])).toEqual(new JsonObject([['b', new JsonBytes(Uint8Array.of(0))]]))
})
