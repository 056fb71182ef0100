import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'
import { templatesOf } from './synthesized.ts'

// A resource whose id changes is made anew: a table, bucket or queue of a deployment would be left behind or lost.
it('of our two stacks are what they were', () => {
  const known = JSON.parse(readFileSync(new URL('./logical-ids.json', import.meta.url), 'utf8'))
  const { state, service } = templatesOf()
  const idsOf = (template: typeof state): Record<string, string> =>
    Object.fromEntries(
      Object.entries(template.toJSON().Resources as Record<string, { Type: string }>).map(
        ([id, { Type }]) => [id, Type]
      )
    )
  // API Gateway's deployment is made anew with each change of the API, and is meant to be.
  const kept = (ids: Record<string, string>) =>
    Object.fromEntries(Object.entries(ids).filter(([, type]) => type !== 'AWS::ApiGateway::Deployment'))

  expect(kept(idsOf(state))).toMatchObject(kept(known.state))
  expect(kept(idsOf(service))).toMatchObject(kept(known.service))
})
