import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  closeSharedDynamodb,
  exampleVariables,
  openSetupWorld,
  type SetupWorld
} from '../support/snowflake/setup-world.ts'

let world: SetupWorld
beforeEach(async () => {
  world = await openSetupWorld()
})
afterEach(() => world.close())
afterAll(closeSharedDynamodb)

describe('what cannot be done is said with the cure', () => {
  it('a role that the user does not have', async () => {
    world.snowflake.account.users.set('ADA', new Set(['PUBLIC']))

    await expect(world.setup()).rejects.toThrow(
      /sql\/10_setup\/11_owner_role\.sql: "use role useradmin": .*not assigned.*--admin-role/
    )
  })

  it('an admin role without the right to make integrations', async () => {
    await expect(world.setup({ ...exampleVariables, admin_role: 'sysadmin' })).rejects.toThrow(
      /21_api_integration\.sql: "create api integration.*Insufficient privileges.*--admin-role/
    )
  })

  it('a URL outside the prefixes', async () => {
    const { aws } = world
    const deploy = aws.deploy.bind(aws)
    Object.assign(aws, {
      deploy: async (...trusts: Parameters<typeof deploy>) => {
        const deployment = await deploy(...trusts)
        // What 24 sets is narrowed again by somebody before the functions are made.
        const find = world.snowflake.account.visible.bind(world.snowflake.account)
        world.snowflake.account.visible = (session, kind, name) => {
          const object = find(session, kind, name)
          if (kind !== 'INTEGRATION' || name !== 'push_to_dynamo_api' || !/owner/i.test(session.role))
            return object
          return {
            ...object,
            properties: { ...object.properties, API_ALLOWED_PREFIXES: 'https://other.example/' }
          }
        }
        return deployment
      }
    })

    await expect(world.setup()).rejects.toThrow(
      /31_push_to_dynamo\.sql: "create or replace external function.*is not allowed by API integration/
    )
  })
})
