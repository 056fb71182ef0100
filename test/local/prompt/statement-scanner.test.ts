import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { statementScanner } from '../../../api/local/prompt/statement-scanner.ts'
import { readScript } from '../../../api/local/worksheet/read-script.ts'

const scan = (text: string) => {
  const scanner = statementScanner()
  const statements = text.split('\n').flatMap((line) => scanner.add(line))
  return { statements, rest: scanner.rest() }
}

describe('typed lines', () => {
  it.each([
    ['select 1;', ['select 1;'], ''],
    ['select 1; select 2;  select', ['select 1;', 'select 2;'], '  select'],
    ["select 'a;\nb'';c\\';d';", ["select 'a;\nb'';c\\';d';"], ''],
    ['select "a;b" -- c; d\n;', ['select "a;b" -- c; d\n;'], ''],
    ['select /* ; \n -- */ 1; // x; y', ['select /* ; \n -- */ 1;'], ''],
    ['select $$ ; \' " $$;', ['select $$ ; \' " $$;'], ''],
    ['-- only a comment;\n/* another; */ ; ;', [], ''],
    ["select 'open", [], "select 'open"]
  ])('%j', (text, statements, rest) => {
    expect(scan(text)).toEqual({ statements, rest })
  })

  it('are cut where the worksheet cuts a script', () => {
    const piece = fc.constantFrom(
      ...['select 1', ';', "'a;b'", '"x;y"', '$$;$$', '-- c;\n', '/* ; */', '\n', ' ', "''", 'x']
    )
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 20 }), (pieces) => {
        const text = `${pieces.join(' ')}\n;`
        const cut = scan(text).statements.flatMap((sql) => readScript(sql, new Set()).map((each) => each.sql))
        expect(cut).toEqual(readScript(text, new Set()).map(({ sql }) => sql))
      })
    )
  })
})
