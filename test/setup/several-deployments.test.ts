import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { type OtherTrusts, writeTrusts } from '../../api/setup/cdk-json.ts'
import { exampleAccount, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import { closeSharedDynamodb, openSetupWorld, type SetupWorld } from '../support/snowflake/setup-world.ts'

// A second deployment beside the first: another name, another Region, another Snowflake account.

const tables = { create: { orders: 'id:S' } }
const variablesFor = (name: string, region = exampleAccount.region) =>
  variablesOf({ ...usualChoiceOf(name), ...exampleAccount, region }, readSettings({ name, tables }))

let world: SetupWorld
beforeEach(async () => {
  world = await openSetupWorld({ direct: true })
})
afterEach(() => world.close())
afterAll(closeSharedDynamodb)

const pointers = () =>
  world.snowflake.account.listed('INTEGRATION').map(({ name, properties }) => ({ name, ...properties }))

describe('a second set-up', () => {
  it('under a name of its own touches nothing of the first: no object, no grant, no role', async () => {
    await world.setup()
    const { account } = world.snowflake
    const kept = () => structuredClone({ objects: account.objects, holders: account.holders })
    const before = kept()

    await world.setup(variablesFor('orders_dev'))

    const after = kept()
    // The account itself: what the second owner role may do there.
    for (const [name, object] of before.objects)
      if (object.kind !== 'ACCOUNT') expect(after.objects.get(name), name).toEqual(object)
    for (const [role, holders] of before.holders)
      if (role.startsWith('PUSH_TO_DYNAMO')) expect(after.holders.get(role)).toEqual(holders)
    expect(after.objects.size).toBe(2 * (before.objects.size - 1) + 1)
  })

  it('is refused a schema whose functions reach another deployment, before it changes anything', async () => {
    await world.setup()
    const statements = world.snowflake.statements.length

    await expect(world.setup({ ...variablesFor('orders_dev'), database: 'push_to_dynamo' })).rejects.toThrow(
      /schema push_to_dynamo\.app serves another deployment .*--schema.*--repoint/
    )
    const run = world.snowflake.statements.slice(statements)
    expect(run.filter((sql) => !/^(use|describe|show)/.test(sql))).toEqual([])
  })

  it.each([
    ['another Region', () => variablesFor('push_to_dynamo', 'us-east-1')],
    [
      'another account',
      () => ({
        ...variablesFor('push_to_dynamo'),
        invoke_role_arn: 'arn:aws:iam::999988887777:role/push_to_dynamo_invoke'
      })
    ]
  ])('under the same name in %s is refused before it changes anything', async (_what, variables) => {
    await world.setup()
    const before = pointers()
    const statements = world.snowflake.statements.length

    await expect(world.setup(variables())).rejects.toThrow(
      /serves another deployment .* give this one a name of its own .* or take the integration over with --repoint/
    )
    expect(pointers()).toEqual(before)
    const run = world.snowflake.statements.slice(statements)
    expect(run.filter((sql) => !/^(use|describe|show)/.test(sql))).toEqual([])
  })

  it('takes the integrations over where it is told to', async () => {
    await world.setup()

    await world.setup(variablesFor('push_to_dynamo', 'us-east-1'), { isRepoint: true })

    const { properties } = world.snowflake.account.find('INTEGRATION', 'push_to_dynamo_storage')
    expect(properties.STORAGE_ALLOWED_LOCATIONS).toContain('us-east-1')
  })
})

describe('the trusts in cdk.json', () => {
  const trustOf = (user: string, id = `${user}_1`) => ({
    principal: `arn:aws:iam::999988887777:user/${user}`,
    externalId: id
  })
  const both = (user: string, id?: string) => ({ invoke: trustOf(user, id), unload: trustOf(user, id) })
  let folder: string
  let file: URL
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'cdk-json-'))
    file = pathToFileURL(join(folder, 'cdk.json'))
    await writeFile(file, JSON.stringify({ context: { push_to_dynamo: { tables } } }))
  })
  afterEach(() => rm(folder, { recursive: true }))
  const written = async () => JSON.parse(await readFile(file, 'utf8')).context.push_to_dynamo.snowflake
  const write = (trusts: ReturnType<typeof both>, others?: OtherTrusts) => writeTrusts(file, trusts, others)

  it('of the same account follow it: an integration made anew has another external id', async () => {
    await write(both('a'))
    await write(both('a', 'a_2'))

    expect((await written()).invoke).toEqual(trustOf('a', 'a_2'))
  })

  it('of another account are not dropped in silence', async () => {
    await write(both('a'))

    await expect(write(both('b'))).rejects.toThrow(/trusts another Snowflake account .* --add-account/)
    expect((await written()).invoke).toEqual(trustOf('a'))
  })

  it('hold both accounts where both are meant, and each goes on following its own', async () => {
    await write(both('a'))
    await write(both('b'), 'keep')
    const all = await write(both('a', 'a_2'))

    expect(all.invoke).toEqual([trustOf('a', 'a_2'), trustOf('b')])
    expect((await written()).unload).toEqual([trustOf('a', 'a_2'), trustOf('b')])
    expect(readSettings({ tables, snowflake: await written() }).snowflake.invoke).toHaveLength(2)
  })

  it('keep the queue of the audit that the bucket tells already: it tells one of a prefix', async () => {
    const queue = (name: string) => `arn:aws:sqs:eu-central-1:123456789012:${name}`
    await writeTrusts(file, { ...both('a'), auditQueue: queue('a') })
    const all = await writeTrusts(file, { ...both('b'), auditQueue: queue('b') }, 'keep')

    expect(all.auditQueue).toBe(queue('a'))
    expect((await written()).auditQueue).toBe(queue('a'))
    // A deployment that is not told of any keeps it, and a pipe made anew brings its own.
    expect((await write(both('a'), 'keep')).auditQueue).toBe(queue('a'))
    expect((await writeTrusts(file, { ...both('a'), auditQueue: queue('c') }, 'replace')).auditQueue).toBe(
      queue('c')
    )
  })

  it('are replaced where that is said', async () => {
    await write(both('a'))
    await write(both('b'), 'replace')

    expect((await written()).invoke).toEqual(trustOf('b'))
  })
})
