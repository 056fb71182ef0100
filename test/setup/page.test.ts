import { globSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest'
import { pagesAreCurrent } from '../../api/setup/doctor/page-checks.ts'
import { seePages } from '../../api/setup/doctor/see-pages.ts'
import { openDriverSession } from '../../api/setup/driver-session.ts'
import { pageFiles, pageFolder, pageVersion } from '../../api/setup/page-files.ts'
import { runScript } from '../../api/setup/run-script.ts'
import { readScript } from '../../api/setup/script.ts'
import { exampleAccount, usualChoiceOf, variablesOf } from '../../api/setup/setup-settings.ts'
import { readSettings } from '../../infra/settings.ts'
import {
  closeSharedDynamodb,
  openSetupWorld,
  passwordOf,
  type SetupWorld
} from '../support/snowflake/setup-world.ts'

const settings = readSettings({ tables: { create: { orders: 'id:S' } }, snowflake: { page: true } })
const variables = variablesOf({ ...usualChoiceOf('push_to_dynamo'), ...exampleAccount }, settings)

// The driver takes the umask of the process away when the stand-in's stage is a folder (in Snowflake it never is).
const umask = process.umask()
afterAll(() => {
  process.umask(umask)
})

let world: SetupWorld
beforeEach(async () => {
  world = await openSetupWorld({ direct: true })
})
afterEach(() => world.close())
afterAll(closeSharedDynamodb)

const setup = (more = {}) => world.setup({ ...variables, ...more }, { settings })
const page = (name = 'dynamo_page') => world.snowflake.account.find('STREAMLIT', `push_to_dynamo.app.${name}`)
const filesOf = (name: string) => JSON.parse(page(name).properties.FILES ?? '{}') as Record<string, string>

describe('the pages', () => {
  it('are made where the settings ask for them, each owned by a role of its own, and nobody else may use them', async () => {
    await world.setup()
    expect(world.snowflake.account.listed('STREAMLIT')).toEqual([])

    await setup()
    expect([page().owner, page('dynamo_page_operator').owner]).toEqual([
      'PUSH_TO_DYNAMO_PAGE',
      'PUSH_TO_DYNAMO_PAGE_OPERATOR'
    ])
    expect(page().properties).toMatchObject({
      MAIN_FILE: 'look.py',
      QUERY_WAREHOUSE: 'push_to_dynamo_page',
      COMMENT: `push_to_dynamo: ${pageVersion()}`
    })
    expect([...page().grants, ...page('dynamo_page_operator').grants]).toEqual([])
    expect(world.snowflake.account.find('WAREHOUSE', 'push_to_dynamo_page').properties).toMatchObject({
      WAREHOUSE_SIZE: 'XSMALL',
      AUTO_SUSPEND: '60'
    })
  })

  it('hold every file of sql/app but the main file of the other', async () => {
    await setup()
    const all = pageFiles()
    const but = (name: string) => all.filter((path) => path !== name)
    expect(Object.keys(filesOf('dynamo_page')).sort()).toEqual(but('operate.py'))
    expect(Object.keys(filesOf('dynamo_page_operator')).sort()).toEqual(but('look.py'))
    expect(filesOf('dynamo_page')['.streamlit/config.toml']).toContain('streamlitSleepTimeoutMinutes')
    expect(filesOf('dynamo_page')['environment.yml']).toMatch(/streamlit=\d+\.\d+\.\d+/)
  })

  it('are left alone by a second run, and get new files in place, keeping who may use them', async () => {
    await setup()
    await world.sql(
      'use role push_to_dynamo_page',
      'grant usage on streamlit push_to_dynamo.app.dynamo_page to role push_to_dynamo_user'
    )
    expect(await setup()).toBe(0)

    // Of an older version.
    page().properties.COMMENT = 'push_to_dynamo: 000000000000'
    page().properties.FILES = '{}'
    expect(await setup()).toBe(1)
    expect(Object.keys(filesOf('dynamo_page'))).toContain('look.py')
    expect(page().grants).toMatchObject([{ privilege: 'USAGE', role: 'PUSH_TO_DYNAMO_USER' }])
  })

  it('get a live version again where somebody has ended it', async () => {
    await setup()
    delete page().properties.LIVE_VERSION_LOCATION_URI
    expect(await setup()).toBe(1)
    expect(page().properties.LIVE_VERSION_LOCATION_URI).toContain('snow://streamlit/')
  })

  it('are finished by the next run where one was cut off among their files', async () => {
    await setup()
    page().properties.COMMENT = 'push_to_dynamo: 000000000000'
    world.snowflake.allowChanges(2)
    await expect(setup()).rejects.toThrow('888_page_files.sql')
    world.snowflake.allowChanges(undefined)
    await setup()
    expect(page().properties.COMMENT).toBe(`push_to_dynamo: ${pageVersion()}`)
  })
})

describe('what a page may', () => {
  const app = globSync(`${pageFolder}/**/*.py`).map((path) => readFileSync(path, 'utf8'))
  const attention = readFileSync(`${pageFolder}/../88_operate/8810_dynamo_attention.sql`, 'utf8')
  const text = [...app, ...attention.matchAll(/'((?:CALL|SELECT) \w+\()/g)].join('\n')
  const granted = (role: string, kind: string) =>
    [...world.snowflake.account.objects.values()]
      .filter((object) => object.kind === kind && object.grants.some((grant) => grant.role === role))
      .map(({ name }) => /^PUSH_TO_DYNAMO\.APP\.(\w+)/.exec(name)?.[1]?.toLowerCase() ?? name)
  const unique = (names: readonly string[]) => [...new Set(names)].sort()

  it('is what it asks: the one to look reads views and calls nothing, the other calls what its buttons and MEND name', async () => {
    await setup()
    const read = unique([...text.matchAll(/FROM (dynamo_\w+)/g)].map(([, name = '']) => name))
    const look = granted('PUSH_TO_DYNAMO_PAGE', 'VIEW')
    const more = granted('PUSH_TO_DYNAMO_PAGE_OPERATOR', 'VIEW')
    expect(more).toEqual(['dynamo_sync_failures'])
    expect(unique([...look, ...more])).toEqual(read)

    for (const kind of ['PROCEDURE', 'FUNCTION', 'TABLE', 'STAGE', 'PIPE', 'TASK', 'INTEGRATION'])
      expect(granted('PUSH_TO_DYNAMO_PAGE', kind), kind).toEqual([])
    const called = unique(
      [...text.matchAll(/(?:CALL|SELECT|to_json\() ?(\w*dynamo\w*)\(/g)].map(([, name = '']) => name)
    )
    const calls = ['PROCEDURE', 'FUNCTION'].flatMap((kind) => granted('PUSH_TO_DYNAMO_PAGE_OPERATOR', kind))
    // Examples for an empty account, which the page shows and never runs.
    expect(called.filter((name) => !calls.includes(name))).toEqual([
      'create_dynamo_sync',
      'load_to_dynamo',
      'push_to_dynamo'
    ])
    expect(unique(calls).filter((name) => !called.includes(name))).toEqual([])
  })

  it('leaves a role that owns the page to look without a call', async () => {
    await setup()
    const as = (statement: string) =>
      world.sql('use role push_to_dynamo_page', 'use warehouse push_to_dynamo_page', statement)
    await expect(
      as(`select push_to_dynamo.app.push_to_dynamo('orders', object_construct('id', 'a')) as answer`)
    ).rejects.toThrow('does not exist or not authorized')
    await expect(as('call push_to_dynamo.app.copy_dynamo_events()')).rejects.toThrow('not authorized')
  })
})

describe('the doctor', () => {
  const judged = async (isWanted: boolean) => {
    const pages = await seePages(world.snowflake.direct(), variables, isWanted)
    const { state, saw } = pagesAreCurrent({ pages })
    return `${state}: ${saw}`
  }

  it('tells of pages that are older than the views they read, and of pages that are missing', async () => {
    await world.setup()
    expect(await judged(false)).toBe('ok: no page was asked for')
    expect(await judged(true)).toMatch('advice: snowflake.page asks for two pages')
    await setup()
    expect(await judged(true)).toBe('ok: both pages are of this version')
    page('dynamo_page_operator').properties.COMMENT = 'push_to_dynamo: 000000000000'
    expect(await judged(true)).toMatch('advice: the files of dynamo_page_operator are not')
  })
})

it('sends the files by the real driver', async () => {
  await setup()
  page().properties.COMMENT = 'push_to_dynamo: 000000000000'
  const driver = await openDriverSession(passwordOf(world.snowflake.port))
  try {
    const script = await readScript('optional/888_page_files.sql', variables)
    expect(await runScript(driver, script)).toBe(1)
  } finally {
    await driver.close()
  }
  const { stage } = world.snowflake
  expect(globSync('*', { cwd: stage })).toEqual(
    expect.arrayContaining(['environment.yml', 'look.py', 'config.toml'])
  )
  const shell = readFileSync(`${pageFolder}/dynamo_page/shell.py`, 'utf8')
  expect(readFileSync(`${stage}/shell.py`, 'utf8')).toBe(shell)
})
