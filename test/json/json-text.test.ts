import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { JsonTextError, parseJson } from '../../api/json/json-text.ts'
import {
  JsonDeep,
  JsonNumber,
  JsonObject,
  type JsonValue,
  JsonWord,
  maxJsonContainers,
  maxJsonDepth
} from '../../api/json/json-value.ts'
import { toJsonText } from '../../api/json/to-json-text.ts'

/** A value beside a text that says it: what the parser must give back is known without parsing. */
interface Said {
  readonly text: string
  readonly value: JsonValue
}

const space = fc.string({ unit: fc.constantFrom(' ', '\t', '\n', '\r'), maxLength: 3 })

const digits = (least: number) => fc.stringMatching(new RegExp(`^[0-9]{${least},45}$`))
const number: fc.Arbitrary<Said> = fc
  .tuple(
    fc.constantFrom('', '-'),
    fc.oneof(
      fc.constant('0'),
      digits(0).map((rest) => `7${rest}`)
    ),
    fc.option(digits(1)),
    fc.option(fc.tuple(fc.constantFrom('e', 'E', 'e+', 'E-'), digits(1)))
  )
  .map(([sign, whole, fraction, exponent]) => {
    const text = `${sign}${whole}${fraction === null ? '' : `.${fraction}`}${exponent === null ? '' : exponent.join('')}`
    return { text, value: new JsonNumber(text) }
  })

const short: Readonly<Record<string, string>> = { '\b': 'b', '\f': 'f', '\n': 'n', '\r': 'r', '\t': 't' }
const hex = (unit: string) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`
/** UTF-16 units, lone surrogates and control characters among them, each written in one of the ways JSON has. */
const unit = fc
  .tuple(
    fc.oneof(
      fc.nat(0xffff).map((code) => String.fromCharCode(code)),
      fc.constantFrom('"', '\\', '/', '\b', '\f', '\n', '\r', '\t', '\u0000', '\u2028', 'a')
    ),
    fc.nat(2)
  )
  .map(([value, way]) => {
    if (way === 0) return { value, text: hex(value) }
    if (way === 1 && short[value]) return { value, text: `\\${short[value]}` }
    if (value === '"' || value === '\\' || (way === 1 && value === '/')) return { value, text: `\\${value}` }
    return { value, text: value < ' ' ? hex(value).toUpperCase().replace('U', 'u') : value }
  })
const string = fc.array(unit, { maxLength: 6 }).map((units) => ({
  text: `"${units.map(({ text }) => text).join('')}"`,
  value: units.map(({ value }) => value).join('')
}))

const literal = fc.constantFrom<Said>(
  { text: 'true', value: true },
  { text: 'false', value: false },
  { text: 'null', value: null }
)
const name = fc.oneof(
  string,
  fc.constantFrom('__proto__', 'constructor', 'a', '').map((value) => ({ text: `"${value}"`, value }))
)

const { said } = fc.letrec<{ said: Said; list: Said; object: Said }>((tie) => ({
  said: fc.oneof({ maxDepth: 5 }, literal, number, string, tie('list'), tie('object')),
  list: fc.array(fc.tuple(space, tie('said'), space), { maxLength: 4 }).map((members) => ({
    text: `[${members.map(([before, { text }, after]) => before + text + after).join(',')}]`,
    value: members.map(([, { value }]) => value)
  })),
  object: fc.array(fc.tuple(space, name, space, tie('said'), space), { maxLength: 4 }).map((members) => {
    const value = new JsonObject()
    for (const [, { value: memberName }, , member] of members) {
      if (value.has(memberName)) value.repeated ??= memberName
      value.set(memberName, member.value)
    }
    const texts = members.map(([a, { text }, b, member, c]) => `${a}${text}${b}:${b}${member.text}${c}`)
    return { text: `{${texts.join(',')}}`, value }
  })
}))

/** All that a value holds, in plain arrays: a Map's own members would escape an equality check. */
const shape = (value: JsonValue): unknown => {
  if (value instanceof JsonNumber) return { number: value.text }
  if (value instanceof JsonObject)
    return {
      repeated: value.repeated ?? null,
      members: [...value].map(([name, member]) => [name, shape(member)])
    }
  return Array.isArray(value) ? value.map(shape) : value
}

describe('any JSON text', () => {
  it('gives back what was said: digits, names sent twice, half surrogates, odd white space', () => {
    fc.assert(
      fc.property(space, said, space, (before, { text, value }, after) => {
        expect(shape(parseJson(before + text + after))).toEqual(shape(value))
      }),
      { numRuns: 400 }
    )
  })

  it('is taken or refused as JSON.parse takes or refuses it, also when damaged', () => {
    const accepts = (parse: () => unknown): boolean => {
      try {
        parse()
        return true
      } catch {
        return false
      }
    }
    const damage = fc.tuple(
      fc.nat(),
      fc.constantFrom('', ',', ']', '}', '"', '\\', '0', '.', ' ', ':', 'e', '{')
    )
    fc.assert(
      fc.property(said, damage, ({ text }, [place, put]) => {
        const at = place % (text.length + 1)
        for (const damaged of [text.slice(0, at) + put + text.slice(at + 1), text.slice(0, at)])
          expect(accepts(() => parseJson(damaged))).toBe(accepts(() => JSON.parse(damaged)))
      }),
      { numRuns: 400 }
    )
  })
})

describe('a number', () => {
  it.each(['99999999999999999999999999999999999999', '1.10', '-0', '1e125', '-1E-130', '0.1e+2'])(
    'keeps its text: %s',
    (text) => expect(parseJson(text)).toEqual(new JsonNumber(text))
  )

  it.each(['01', '+1', '.5', '5.', '1e', '1e+', '-', '0x10', '1_000', '--1'])('is not JSON: %s', (text) =>
    expect(() => parseJson(text)).toThrow(JsonTextError)
  )
})

describe('an object', () => {
  it('keeps its members in the order sent, __proto__ as a name like any other', () => {
    const object = parseJson('{"b":1,"__proto__":2,"a":3,"constructor":4}')
    expect([...(object as JsonObject).keys()]).toEqual(['b', '__proto__', 'a', 'constructor'])
  })

  it('notes the first name that it holds twice, in whatever escapes', () => {
    const object = parseJson('{"a":1,"b":2,"\\u0061":3,"b":4}') as JsonObject
    expect(object.repeated).toBe('a')
    expect(object.get('a')).toEqual(new JsonNumber('3'))
  })

  it('notes nothing when names differ in letter case only', () => {
    expect((parseJson('{"a":1,"A":2}') as JsonObject).repeated).toBeUndefined()
  })
})

describe('deep nesting', () => {
  const nested = (levels: number): string => `${'[{"a":'.repeat(levels / 2)}1${'}]'.repeat(levels / 2)}`

  it('is kept as it is up to the depth that anybody looks at', () => {
    expect(toJsonText(parseJson(nested(maxJsonDepth)))).toBe(nested(maxJsonDepth))
    expect(JSON.stringify(parseJson(nested(maxJsonDepth)))).not.toContain('text":"[')
  })

  it.each([2, 100_000])('stays text where it goes on: %i levels more', (more) => {
    const text = nested(maxJsonDepth + more)
    let value = parseJson(text)
    let levels = 0
    while (!(value instanceof JsonDeep)) {
      value = (value instanceof JsonObject ? value.get('a') : (value as JsonValue[])[0]) ?? null
      levels += 1
    }
    expect(levels).toBe(maxJsonDepth)
    expect(value.text).toBe(nested(more))
  })

  it('costs no neighbour, is printed as it came on one line, and is JSON to the last bracket', () => {
    const text = `{"a":${'['.repeat(70)}"]",\n{"a":"\\n"}${']'.repeat(70)},"b":[1]}`
    expect(toJsonText(parseJson(text))).toBe(text.replace('\n', ' '))
    expect(() => parseJson(`${'['.repeat(70)}1${'}'.repeat(70)}`)).toThrow(JsonTextError)
    expect(() => parseJson('['.repeat(1_000_000))).toThrow('the text ends too early')
  })
})

describe('more arrays and objects than an item can hold', () => {
  it('stay text, are printed as they came, and are JSON to the last bracket', () => {
    const many = '[],'.repeat(maxJsonContainers - 1)
    const text = `[${many}{},[],[{"a":[1,"]"]}],7]`
    const values = parseJson(text) as JsonValue[]

    expect(values.at(-5)).toEqual([])
    expect(values.slice(-4)).toEqual([
      new JsonDeep('{}', 'count'),
      new JsonDeep('[]', 'count'),
      new JsonDeep('[{"a":[1,"]"]}]', 'count'),
      new JsonNumber('7')
    ])
    expect(toJsonText(values) === text).toBe(true)
    expect(() => parseJson(`[${many}[{"a":1]]`)).toThrow('an object without a comma')
  })
})

describe('a bare word where a value stands', () => {
  it.each(['NaN', 'nan', 'inf', '-inf', 'Infinity', '-Infinity', 'undefined'])(
    'is read and printed: %s',
    (word) => {
      expect(parseJson(`{"a":[1, ${word} ]}`)).toEqual(
        new JsonObject([['a', [new JsonNumber('1'), new JsonWord(word)]]])
      )
      expect(toJsonText(parseJson(`[${word}]`))).toBe(`[${word}]`)
    }
  )

  it.each(['[None]', '[-undefined]', '{NaN:1}', '[infinite]', '[+inf]'])('is no other word: %s', (text) =>
    expect(() => parseJson(text)).toThrow(JsonTextError)
  )
})

describe('text that is not JSON', () => {
  it.each([
    ['', 'the text ends too early at character 1'],
    ['  ', 'the text ends too early at character 3'],
    ['[1,', 'the text ends too early at character 4'],
    ['[1', 'the text ends inside an array at character 3'],
    ['[1 2]', 'an array without a comma at character 4'],
    ['[1,]', 'something that is not a JSON value at character 4'],
    ['{"a":1', 'the text ends inside an object at character 7'],
    ['{"a":1 "b"', 'an object without a comma at character 8'],
    ['{a:1}', 'a member without a name in quotes at character 2'],
    ['{"a":1,}', 'a member without a name in quotes at character 8'],
    ['{"a" 1}', 'a name without a colon at character 6'],
    ['"a', 'the text ends inside a string at character 3'],
    ['"a\nb"', 'a control character in a string at character 3'],
    ['"\u001f"', 'a control character in a string at character 2'],
    ['"\\x"', 'an unknown escape in a string at character 2'],
    ['"\\u12g4"', 'a \\u escape without four hexadecimal digits at character 2'],
    ['1 2', 'something after the end of the value at character 3'],
    ['truely', 'something after the end of the value at character 5'],
    ['\u00a01', 'something that is not a JSON value at character 1']
  ])('is refused with the place and the reason: %j', (text, message) => {
    expect(() => parseJson(text)).toThrow(new JsonTextError(message))
  })

  it('is never repeated in the message, because it is customers’ rows', () => {
    expect(() => parseJson('{"secret": hidden}')).toThrow(/^((?!secret|hidden).)*$/)
  })
})
