import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Refusal } from '../support/snowflake/account.ts'
import {
  closeSharedDynamodb,
  exampleVariables,
  openSetupWorld,
  type SetupWorld
} from '../support/snowflake/setup-world.ts'

let world: SetupWorld
beforeEach(async () => {
  world = await openSetupWorld({ direct: true })
})
afterEach(() => world.close())
afterAll(closeSharedDynamodb)

describe('what cannot be done is said with the cure', () => {
  it('roles that the connection does not have, before anything is changed: tokens for one role, too', async () => {
    for (const [roles, missing] of [
      [['PUBLIC'], 'useradmin, securityadmin, sysadmin, accountadmin'],
      [['SYSADMIN'], 'useradmin, securityadmin, accountadmin']
    ] as const) {
      world.snowflake.account.users.set('ADA', new Set(roles))
      world.snowflake.statements.length = 0

      await expect(world.setup()).rejects.toThrow(
        new RegExp(`nothing was changed: .* the role ${missing} .*ROLE_RESTRICTION.*--admin-role.*--dry-run`)
      )
      expect(world.snowflake.statements.filter((sql) => !/^(use|show|describe)/.test(sql))).toEqual([])
    }
  })

  it.each(['002139', '002140', '002003', '009999'])(
    'nothing that is absent, whatever code (%s) says so',
    async (code) => {
      const find = world.snowflake.account.visible.bind(world.snowflake.account)
      world.snowflake.account.visible = (session, kind, name) => {
        if (kind === 'FUNCTION' && !world.snowflake.account.has(kind, name))
          throw new Refusal(
            code,
            `SQL compilation error: Function '${name}' does not exist or not authorized.`
          )
        return find(session, kind, name)
      }
      await world.setup()
      expect(world.told.at(-1)).toContain('read back')
    }
  )

  it('a private API where the integration that is there is public: nothing is changed', async () => {
    await world.setup()
    world.snowflake.statements.length = 0

    await expect(
      world.setup({ ...exampleVariables, api_provider: 'aws_private_api_gateway' })
    ).rejects.toThrow(/nothing was changed: .*aws_api_gateway.*aws_private_api_gateway.*DROP INTEGRATION/)
    expect(world.snowflake.statements.filter((sql) => !/^(use|show|describe)/.test(sql))).toEqual([])
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
