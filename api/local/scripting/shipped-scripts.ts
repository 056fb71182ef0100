import { readdir, readFile } from 'node:fs/promises'
import { batchRows } from '../../runtime/deployment-numbers.ts'
import { dollars } from '../../runtime/prices.ts'
import { packageRoot } from '../package-root.ts'
import { localBucket } from '../stages/stages.ts'
import type { Statement } from '../worksheet/read-script.ts'
import type { Session } from '../worksheet/session.ts'
import { once } from './token-reader.ts'

const sql = new URL('sql/', packageRoot)

/** The folders 70 to 88 make the tables, views and procedures of syncs; a new worksheet has nothing to upgrade; */
const isOfSyncs = (folder: string): boolean => /^[78]\d_(?!upgrades)/.test(folder)
/** these scripts make what they read from and write to. */
const others = [
  '10_setup/16_upgrades.sql',
  '20_connect/25_chunk_format.sql',
  '20_connect/26_manifest_format.sql',
  '20_connect/27_chunk_stage.sql',
  '20_connect/28_audit_stage.sql',
  '20_connect/29_audit_format.sql',
  '50_results/51_push_log.sql',
  '50_results/52_load_events.sql',
  '50_results/54_load_events_pipe.sql',
  '50_results/55_copy_dynamo_events.sql'
]

/** One of the scripts that are shipped for Snowflake, as the worksheet runs it. */
export interface ShippedScript {
  readonly path: string
  readonly text: string
}

/** The placeholders of the scripts: the worksheet has one schema, whose names stand alone. */
export const rendered = (text: string): string =>
  text
    .replaceAll('<% database %>.<% schema %>.', '')
    .replaceAll('<% bucket_url %>', localBucket)
    .replaceAll(/<% task_settings(_text)? %>/g, 'warehouse = local')
    .replaceAll('<% push_batch_rows %>', String(batchRows.push))
    .replaceAll('<% unit_dollars %>', dollars({ write_unit: 1 }))
    .replace(/<% (\w+) %>/g, '$1')

const readShipped = async (): Promise<readonly ShippedScript[]> => {
  const paths: string[] = []
  for (const folder of (await readdir(sql)).filter(isOfSyncs))
    for (const name of await readdir(new URL(`${folder}/`, sql))) paths.push(`${folder}/${name}`)
  const nameOf = (path: string): string => path.split('/').at(-1) ?? ''
  // A script's number says when it runs, whatever its folder.
  paths.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))
  return Promise.all(
    [...others, ...paths].map(async (path) => ({
      path,
      text: rendered(await readFile(new URL(path, sql), 'utf8'))
    }))
  )
}

let read: Promise<readonly ShippedScript[]> | undefined

/** The shipped scripts in the order in which they run, read once. */
export const shippedScripts = (): Promise<readonly ShippedScript[]> => {
  read ??= readShipped()
  return read
}

const created =
  /^create\s+(?:or\s+replace\s+)?(?:transient\s+)?(?:table|view|procedure|function|stage|file format|task)\s+(?:if not exists\s+)?(\w+)/gim

/** A pipe is made with the table that it fills. */
const piped = /^create\s+pipe\s+(?:if not exists\s+)?(\w+)[^;]*?copy into\s+(\w+)/gim

const wordsOf = (sql: string): ReadonlySet<string> =>
  new Set((sql.match(/\w+/g) ?? []).map((word) => word.toUpperCase()))

/** Which of the scripts a statement needs: those that make what it names, and what these name in turn. */
export interface NeededScripts {
  /** In the order in which they run; each script is given once. */
  next(sql: string): readonly ShippedScript[]
  /** Whether a statement may read, through whatever views and procedures, a table that a pipe fills. */
  readsPiped(sql: string): boolean
}

export const neededScripts = (scripts: readonly ShippedScript[]): NeededScripts => {
  const makers = new Map<string, ShippedScript[]>()
  const pipedTables = new Set<string>()
  for (const script of scripts) {
    const pipes = [...script.text.matchAll(piped)].map(([, ...names]) =>
      names.map((name) => name.toUpperCase())
    )
    const names = [...script.text.matchAll(created)].map(([, name = '']) => name.toUpperCase())
    for (const [, table = ''] of pipes) pipedTables.add(table)
    for (const name of [...pipes.flat(), ...names]) makers.set(name, [...(makers.get(name) ?? []), script])
  }
  const codeOf = ({ text }: ShippedScript): string => text.replaceAll(/--.*$/gm, '')
  const given = new Set<ShippedScript>()
  let leading: ReadonlySet<string> | undefined
  const add = (sql: string, found: Set<ShippedScript>): void => {
    for (const word of wordsOf(sql))
      for (const script of makers.get(word) ?? []) {
        if (given.has(script)) continue
        given.add(script)
        found.add(script)
        add(codeOf(script), found)
      }
  }
  return {
    next(sql) {
      const found = new Set<ShippedScript>()
      add(sql, found)
      return scripts.filter((script) => found.has(script))
    },
    readsPiped(sql) {
      leading ??= leadingTo(pipedTables, [...makers], codeOf)
      return [...wordsOf(sql)].some((word) => leading?.has(word))
    }
  }
}

/** The names by which a statement comes to one of these tables: its own, and of all whose scripts name one of them. */
const leadingTo = (
  tables: ReadonlySet<string>,
  makers: ReadonlyArray<readonly [string, readonly ShippedScript[]]>,
  codeOf: (script: ShippedScript) => string
): ReadonlySet<string> => {
  const names = new Set(tables)
  const wordsBy = makers.map(([name, made]) => [name, wordsOf(made.map(codeOf).join('\n'))] as const)
  for (let known = -1; known < names.size; ) {
    known = names.size
    for (const [name, words] of wordsBy) if (!names.has(name) && !names.isDisjointFrom(words)) names.add(name)
  }
  return names
}

/** Grants and roles mean nothing where there is one user, nor does what a stage is altered to: it is new. */
const isForAccount = (statement: Statement): boolean =>
  /^(use\s+role|grant\b|alter\s+stage)/i.test(statement.sql)

/** Every worksheet of a process runs the same scripts: each is read and parsed once. */
const statements = new Map<string, readonly Statement[]>()

/** @param functions that the worksheet knew before: how a script reads depends on them */
const statementsOf = (
  text: string,
  functions: string,
  readScript: (script: string) => readonly Statement[]
): readonly Statement[] => {
  const name = `${functions} ${text}`
  const known =
    statements.get(name) ??
    readScript(text).map((statement) => ({ ...statement, parse: once(statement.parse) }))
  statements.set(name, known)
  return known
}

/** Runs the scripts, so that what the worksheet runs is what Snowflake runs. */
export const runShipped = async (
  scripts: readonly ShippedScript[],
  session: Session,
  known: ReadonlySet<string>,
  readScript: (script: string) => readonly Statement[]
): Promise<void> => {
  const functions = [...known].join()
  for (const { path, text } of scripts) {
    for (const statement of statementsOf(text, functions, readScript)) {
      if (isForAccount(statement)) continue
      await session.run(statement, undefined).catch((error: Error) => {
        throw new Error(`sql/${path}: ${error.message}`, { cause: error })
      })
    }
  }
}
