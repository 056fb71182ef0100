import { expect, it } from 'vitest'
import { joinedArgs } from '../../api/local/joined-args.ts'

const options = {
  execute: { type: 'string', short: 'e' },
  wcu: { type: 'string' },
  json: { type: 'boolean' }
} as const

it.each([
  [
    ['-e', '-- a comment', '--json'],
    ['-e-- a comment', '--json']
  ],
  [['--wcu', '-5'], ['--wcu=-5']],
  // A value that was forgotten is no value.
  [
    ['-e', '--json'],
    ['-e', '--json']
  ],
  [
    ['-e', '--wcu=1'],
    ['-e', '--wcu=1']
  ],
  [
    ['--json', '-x'],
    ['--json', '-x']
  ]
])('%j → %j', (args, joined) => {
  expect(joinedArgs(args, options)).toEqual(joined)
})
