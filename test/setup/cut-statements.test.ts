import { describe, expect, it } from 'vitest'
import { cutStatements } from '../../api/setup/cut-statements.ts'

describe('cutting a script', () => {
  it('ends statements at ; but not inside texts, names, comments and $$ bodies', () => {
    const script = `-- what; it is
select 'a;--b''c', "d;e" -- f;
from t; /* g; */
create procedure p() as $$
begin
    -- kept; here
    return ';';
end
$$;`
    expect(cutStatements(script, {})).toEqual([
      `select 'a;--b''c', "d;e"\nfrom t`,
      `create procedure p() as $$\nbegin\n    -- kept; here\n    return ';';\nend\n$$`
    ])
  })

  it('fills in variables, also in texts, and refuses one that has no value', () => {
    expect(cutStatements("use role <% role %>; select '<%x%>'", { role: 'r', x: '1' })).toEqual([
      'use role r',
      "select '1'"
    ])
    expect(() => cutStatements('use role <% rolle %>', { role: 'r' })).toThrow('<% rolle %>')
  })
})
