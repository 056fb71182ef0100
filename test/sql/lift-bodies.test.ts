import { expect, it } from 'vitest'
import { liftBodies } from './lift-bodies.ts'

it('lifts SQL bodies, and leaves other languages alone', () => {
  const script = `create procedure p() returns int language sql as $$begin return 1; end$$;
create function f() returns int language javascript as $$return 1$$;`

  expect(liftBodies(script)).toEqual(['begin return 1; end\n'])
})
