import { describe, expect, it } from 'vitest'
import { readRowOptions } from '../../api/plan/row-options.ts'
import { bulkOptionNotes, optionNotes } from '../../api/plan/row-options-schema.ts'
import { Flaw } from '../../api/plan/row-result.ts'
import { json, type Sent } from '../support/rows.ts'

const read = (options: Sent) => readRowOptions(json(options))
const invalid = (message: string) => new Flaw('invalid_options', message)

describe('the options of a row', () => {
  it('have their defaults when there are none: NULL or empty', () => {
    const none = {
      mode: 'put',
      version: undefined,
      tombstone: undefined,
      condition: undefined,
      nulls: 'keep',
      names: 'as_is',
      rename: new Map(),
      types: new Map(),
      keys: new Map(),
      ttl: undefined,
      stamp: undefined,
      skipUnchanged: false,
      dryRun: false,
      nonFinite: 'reject',
      trail: false
    }
    expect(readRowOptions(null)).toEqual(none)
    expect(read({})).toEqual(none)
  })

  it('are read, every one of them', () => {
    const options = {
      mode: 'delete',
      version: 'v',
      tombstone: { attribute: 'gone', days: 30 },
      nulls: 'omit',
      names: 'camel',
      rename: { A: 'b' },
      types: { b: 'N', c: 'epoch' },
      keys: { pk: 'A#{A}' },
      ttl: { attribute: 'expires', days: 0.5 },
      stamp: 'origin',
      skip_unchanged: true,
      dry_run: true,
      non_finite: 'omit'
    }
    expect(read(options)).toEqual({
      mode: 'delete',
      version: 'v',
      tombstone: { attribute: 'gone', days: 30 },
      condition: undefined,
      nulls: 'omit',
      names: 'camel',
      rename: new Map([['A', 'b']]),
      types: new Map([
        ['b', 'N'],
        ['c', 'epoch']
      ]),
      keys: new Map([['pk', { texts: ['A#', ''], columns: ['A'] }]]),
      ttl: { attribute: 'expires', days: 0.5 },
      stamp: 'origin',
      skipUnchanged: true,
      dryRun: true,
      nonFinite: 'omit',
      trail: false
    })
  })

  it('take absent, present or an expression as a condition', () => {
    expect(read({ if: 'absent' })).toMatchObject({ condition: 'absent' })
    expect(read({ if: 'present' })).toMatchObject({ condition: 'present' })
    expect(read({ if: { expression: 'a = b' } })).toMatchObject({
      condition: { expression: 'a = b', names: {}, values: {} }
    })
    expect(
      read('{"if":{"expression":"#a < :b","names":{"#a":"x y"},"values":{":b":{"n":1.10}}}}')
    ).toMatchObject({
      condition: {
        expression: '#a < :b',
        names: { '#a': 'x y' },
        values: { ':b': { M: { n: { N: '1.1' } } } }
      }
    })
  })

  it('take up to a century of days', () => {
    expect(read({ ttl: { attribute: 'a', days: 36_500 } })).toMatchObject({ ttl: { days: 36_500 } })
  })

  it('are the same object for all rows that have none, and nobody can change it', () => {
    const none = readRowOptions(null)
    expect(readRowOptions(null)).toBe(none)
    expect(Object.isFrozen(none)).toBe(true)
  })
})

describe('on a route that only deletes', () => {
  it('the mode is delete without being said', () => {
    expect(readRowOptions(null, 'delete')).toMatchObject({ mode: 'delete' })
    expect(readRowOptions(json('{"mode":"delete"}'), 'delete')).toMatchObject({ mode: 'delete' })
    expect(readRowOptions(json({ version: 'v' }), 'delete')).toMatchObject({ mode: 'delete', version: 'v' })
  })

  it('another mode is refused', () => {
    expect(readRowOptions(json('{"mode":"put"}'), 'delete')).toEqual(
      invalid("option mode is always 'delete' here")
    )
  })
})

describe('an unknown option', () => {
  it.each([
    ['mod', 'unknown option mod: did you mean mode?'],
    ['Version', 'unknown option Version: did you mean version?'],
    ['skipUnchanged', 'unknown option skipUnchanged: did you mean skip_unchanged?'],
    ['dryrun', 'unknown option dryrun: did you mean dry_run?'],
    [
      'rename_columns',
      `unknown option rename_columns; the options are ${Object.keys(optionNotes).join(', ')}`
    ],
    ['constructor', `unknown option constructor; the options are ${Object.keys(optionNotes).join(', ')}`],
    ['__proto__', `unknown option __proto__; the options are ${Object.keys(optionNotes).join(', ')}`],
    ['format', 'option format is for bulk loads: use it with start_dynamo_load']
  ])('is refused with the nearest known one: %s', (name, message) => {
    expect(read(`{"${name}":1}`)).toEqual(invalid(message))
  })

  it('is shortened when its name is long', () => {
    expect(read(`{"${'x'.repeat(1000)}":1}`)).toMatchObject({
      message: expect.stringMatching(/^unknown option x{57}\.\.\.; the options are /)
    })
  })
})

describe('a wrong value', () => {
  it.each([
    ['{"mode":"upsert"}', "option mode takes 'put', 'update' or 'delete'"],
    ['{"mode":"PUT"}', "option mode takes 'put', 'update' or 'delete'"],
    ['{"mode":null}', "option mode takes 'put', 'update' or 'delete'"],
    ['{"version":1}', 'option version takes an attribute name'],
    ['{"version":""}', 'option version takes an attribute name'],
    ['{"version":"\\ud800"}', 'option version takes an attribute name'],
    ['{"tombstone":true}', "option tombstone takes {'attribute': name, 'days': number}"],
    ['{"tombstone":{"attribute":"a"}}', "option tombstone takes {'attribute': name, 'days': number}"],
    ['{"if":"exists"}', "option if takes 'absent', 'present' or {'expression', 'names', 'values'}"],
    ['{"if":{"expression":""}}', "option if takes 'absent', 'present' or {'expression', 'names', 'values'}"],
    [
      '{"if":{"expression":"a","name":{}}}',
      "option if takes 'absent', 'present' or {'expression', 'names', 'values'}"
    ],
    [
      '{"if":{"expression":"a","names":{"#a":1}}}',
      "option if takes 'absent', 'present' or {'expression', 'names', 'values'}"
    ],
    ['{"max_wcu":"fast"}', 'option max_wcu takes write units a second, from 1 to 10000000'],
    ['{"max_wcu":0}', 'option max_wcu takes write units a second, from 1 to 10000000'],
    ['{"max_share":101}', 'option max_share takes a percentage, from 1 to 100'],
    ['{"nulls":"drop"}', "option nulls takes 'keep', 'omit' or 'remove'"],
    ['{"names":"upper"}', "option names takes 'as_is', 'lower' or 'camel'"],
    ['{"rename":["a"]}', "option rename takes {'COLUMN': 'attribute'}"],
    ['{"rename":{"A":1}}', "option rename takes {'COLUMN': 'attribute'}"],
    ['{"rename":{"A":""}}', "option rename takes {'COLUMN': 'attribute'}"],
    ['{"rename":{"A":"b","A":"b"}}', "option rename takes {'COLUMN': 'attribute'}"],
    [
      '{"types":{"a":"STRING"}}',
      "option types takes {'attribute': type}, a type being S, N, B, BOOL, SS, NS, BS, M, L, epoch"
    ],
    [
      '{"types":{"a":"s"}}',
      "option types takes {'attribute': type}, a type being S, N, B, BOOL, SS, NS, BS, M, L, epoch"
    ],
    ['{"keys":{"pk":"{"}}', "option keys takes {'attribute': 'TEXT#{COLUMN}'}"],
    ['{"keys":{"pk":1}}', "option keys takes {'attribute': 'TEXT#{COLUMN}'}"],
    ['{"ttl":"expires"}', "option ttl takes {'attribute': name, 'days': number}"],
    ['{"ttl":{"attribute":"a","days":"30"}}', "option ttl takes {'attribute': name, 'days': number}"],
    ['{"ttl":{"attribute":"a","days":0}}', "option ttl takes {'attribute': name, 'days': number}"],
    ['{"ttl":{"attribute":"a","days":-1}}', "option ttl takes {'attribute': name, 'days': number}"],
    ['{"ttl":{"attribute":"a","days":36501}}', "option ttl takes {'attribute': name, 'days': number}"],
    ['{"ttl":{"attribute":"a","days":1e999}}', "option ttl takes {'attribute': name, 'days': number}"],
    ['{"ttl":{"attribute":"a","days":1,"hours":1}}', "option ttl takes {'attribute': name, 'days': number}"],
    ['{"ttl":{"attribute":"a","days":1,"days":2}}', "option ttl takes {'attribute': name, 'days': number}"],
    ['{"stamp":true}', 'option stamp takes an attribute name'],
    ['{"skip_unchanged":"true"}', 'option skip_unchanged takes true or false'],
    ['{"dry_run":1}', 'option dry_run takes true or false']
  ])('is refused with the allowed ones: %s', (options, message) => {
    expect(read(options)).toEqual(invalid(message))
  })

  it.each([
    [
      '{"if":{"expression":"a","names":{"a":"b"}}}',
      "option if: a name placeholder is written like '#status'"
    ],
    [
      '{"if":{"expression":"a","names":{"#a-b":"b"}}}',
      "option if: a name placeholder is written like '#status'"
    ],
    ['{"if":{"expression":"a","values":{"a":1}}}', "option if: a value placeholder is written like ':limit'"],
    [
      '{"if":{"expression":"a","values":{":a":1e126}}}',
      'option if: attribute :a is outside 1E-130 to 9.99E+125, the range of DynamoDB'
    ],
    [
      '{"tombstone":{"attribute":"a","days":1}}',
      'option tombstone needs option version: the marker keeps the version of the delete'
    ],
    ['{"mode":"put","mode":"put"}', 'option mode is given twice']
  ])('of a condition or combination is refused with the reason: %s', (options, message) => {
    expect(read(options)).toEqual(invalid(message))
  })

  it.each(['[]', '1', '"put"', 'true'])(
    'is anything but an object in place of the options: %s',
    (options) => {
      expect(read(options)).toEqual(invalid('the options are not an object: use OBJECT_CONSTRUCT(...)'))
    }
  )
})

describe('the notes of the README', () => {
  it('tell every option what it takes, its default and its meaning', () => {
    for (const note of Object.values({ ...optionNotes, ...bulkOptionNotes }))
      expect(note).toEqual({
        values: expect.stringMatching(/./),
        default: expect.stringMatching(/./),
        meaning: expect.stringMatching(/./)
      })
  })

  it('are those of design: no option more, none less', () => {
    expect([...Object.keys(optionNotes), ...Object.keys(bulkOptionNotes)]).toEqual([
      'mode',
      'version',
      'tombstone',
      'if',
      'nulls',
      'names',
      'rename',
      'types',
      'keys',
      'ttl',
      'stamp',
      'skip_unchanged',
      'dry_run',
      'non_finite',
      'trail',
      'max_wcu',
      'max_share',
      'format',
      'engine'
    ])
  })
})
