import { describe, expect, it } from 'vitest'
import { endsStatement } from '../../../api/local/worksheet/read-script.ts'

describe('what is typed at the prompt', () => {
  it.each(['select 1;', 'select 1; select 2; -- done\n', "select 'a;\nb';", 'select $$a;b$$;', ';'])(
    'is a statement: %j',
    (typed) => expect(endsStatement(typed)).toBe(true)
  )
  it.each([
    '',
    '\n',
    'select 1',
    "select 'a;\n",
    'select $$a;\n',
    'select 1 -- ;\n',
    'select 1 /* ;\n',
    'select 1; select'
  ])('goes on: %j', (typed) => expect(endsStatement(typed)).toBe(false))
})
