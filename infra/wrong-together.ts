import { tableList } from '../api/batch/table-list.ts'
import { ledgerTableOf } from '../api/ledger/ledger-store.ts'
import { readTableSpec } from '../api/local/table-spec.ts'
import { readCreatedTable } from './created-table.ts'
import { homeOf } from './home.ts'
import { importedTables } from './imported-tables.ts'
import { namesOf } from './names.ts'
import { nameOf } from './setting-forms.ts'
import type { Settings } from './settings-form.ts'
import { isToken } from './token.ts'

/** A setting that is wrong beside others, or wrong in a way that no form tells. */
export interface Wrong {
  readonly path: readonly string[]
  readonly message: string
}

/** What is wrong with settings each of which has the right form; empty when nothing is. */
export const wrongTogether = (settings: Settings, namesLedger: boolean): readonly Wrong[] => [
  ...wrongTables(settings),
  ...(namesLedger ? meansLedger(settings) : []),
  ...wrongBulk(settings),
  ...importsAndSizes(settings),
  ...wrongOthers(settings)
]

function* wrongTables({ tables, bulk }: Settings): Iterable<Wrong> {
  const { existing, create } = tables
  if (namesIn({ tables, bulk }).length === 0)
    yield { path: ['tables'], message: 'name at least one table, existing or to create' }
  for (const [name, spec] of Object.entries(create)) {
    const path = ['tables', 'create', name]
    try {
      readCreatedTable(name, spec)
    } catch (error) {
      yield { path, message: (error as Error).message.replace(/^--table /, '') }
    }
    if (existing.some((each) => nameOf(each) === name))
      yield { path, message: 'the table is under tables.existing, too' }
  }
  const home = homeOf(tables)
  if ('wrong' in home) yield { path: ['tables', 'existing'], message: home.wrong }
}

function* meansLedger({ name: deployment, tables, bulk }: Settings): Iterable<Wrong> {
  const ledger = ledgerTableOf(deployment)
  for (const name of namesIn({ tables, bulk }))
    if (tableList(name, '')(ledger))
      yield {
        path: ['tables'],
        message: `${name} means ${ledger}, the ledger, which takes no rows: name it closer`
      }
}

/** Tables that rows may go to, those among them that an import is yet to make. */
const namesIn = ({
  tables: { existing, create },
  bulk: { imports }
}: Pick<Settings, 'tables' | 'bulk'>): string[] => [
  ...new Set([...existing.map(nameOf), ...Object.keys(create), ...Object.keys(imports)])
]

/** An ARN of the longest partition and Region names, in quotes and with its comma, without the table's name. */
const arnLetters = 57
/** IAM lets a role have 10,240 letters of inline policies and a managed one 6,144; other statements need theirs. */
const mostPolicyLetters = 5_650
/** Lambda takes 4,096 bytes of environment, of which URLs and other variables need theirs. */
const mostListLetters = 2_600

/** How long the lists are is asked of imports that can be read. */
const importsAndSizes = (settings: Settings): readonly Wrong[] => {
  const wrong = [...wrongImports(settings)]
  return wrong.length > 0 ? wrong : [...tooMany(settings)]
}

function* tooMany({ tables, bulk }: Settings): Iterable<Wrong> {
  const names = namesIn({ tables, bulk })
  // Those that an import makes stand in two more statements.
  const policy = [
    ...names,
    ...Object.keys(bulk.imports).flatMap((name) => [name, `${name}/import/*`])
  ].reduce((sum, name) => sum + arnLetters + name.length, 0)
  const list =
    names.join(',').length +
    JSON.stringify(bulk.tables ?? '').length +
    JSON.stringify(importedTables(bulk.imports)).length
  const cure = 'name tables that belong together by one name with *, or deploy them under another name'
  if (policy > mostPolicyLetters)
    yield {
      path: ['tables'],
      message: `${names.length} tables make ${policy} letters of IAM policy, and ${mostPolicyLetters} fit: ${cure}`
    }
  if (list > mostListLetters)
    yield {
      path: ['tables'],
      message: `${names.length} tables and bulk make ${list} letters of a function's environment, and ${mostListLetters} fit: ${cure}`
    }
}

function* wrongBulk({ tables, bulk }: Settings): Iterable<Wrong> {
  const isKnown = tableList(namesIn({ tables, bulk }).join(','))
  for (const each of bulk.tables ?? []) {
    const name = typeof each === 'string' ? each : each.table
    if (!name.includes('*') && !isToken(name) && !isKnown(name))
      yield {
        path: ['bulk', 'tables'],
        message: `${name} is not under tables: nothing could be loaded into it`
      }
  }
}

function* wrongImports({ tables, bulk: { imports } }: Settings): Iterable<Wrong> {
  for (const [name, keys] of Object.entries(imports)) {
    const path = ['bulk', 'imports', name]
    try {
      readTableSpec(`${name}=${keys}`)
    } catch (error) {
      yield { path, message: (error as Error).message.replace(/^--table /, '') }
    }
    if (Object.hasOwn(tables.create, name))
      yield {
        path,
        message: 'the table is under tables.create, too: an import makes a table that is not there'
      }
  }
}

function* wrongOthers({ name, snowflake, workers, reservedConcurrency, alarms }: Settings): Iterable<Wrong> {
  const names = namesOf(name)
  if ((snowflake.invokeRole ?? names.invokeRole) === (snowflake.unloadRole ?? names.unloadRole))
    yield { path: ['snowflake', 'unloadRole'], message: 'must be another role than snowflake.invokeRole' }
  for (const lane of ['load', 'spill'] as const)
    if (!isToken(reservedConcurrency[lane]) && (reservedConcurrency[lane] ?? 1000) < workers[lane])
      yield {
        path: ['reservedConcurrency', lane],
        message: `must not be below workers.${lane} (${workers[lane]}): messages would be thrown back`
      }
  if (alarms.mail !== undefined && alarms.topicArn !== undefined)
    yield { path: ['alarms'], message: 'name a mail address or a topic, not both' }
}
