import { readdir, readFile } from 'node:fs/promises'
import type { Statement } from '../worksheet/read-script.ts'
import type { Session } from '../worksheet/session.ts'

const sql = new URL('../../../sql/', import.meta.url)

/** The folders 70 to 89 make the tables, views and procedures of syncs; */
const isOfSyncs = (folder: string): boolean => /^[78]\d_/.test(folder)
/** these scripts make the tables that they read from. */
const scripts = ['50_results/51_push_log.sql', '50_results/52_load_events.sql']

/** Grants and roles mean nothing where there is one user; stages are the local bucket. */
const isForAccount = ({ sql: text }: Statement): boolean =>
  /^(use\s+role|grant\b|(create|alter)\s+stage)/i.test(text)

/** The placeholders of the scripts: the worksheet has one schema, whose names stand alone. */
const rendered = (text: string): string =>
  text
    .replaceAll('<% database %>.<% schema %>.', '')
    .replaceAll('<% warehouse %>', 'local')
    .replaceAll('<% push_batch_rows %>', '500')
    .replace(/<% (\w+) %>/g, '$1')

/** Runs the shipped scripts, so that what the worksheet runs is what Snowflake runs. */
export const loadProcedures = async (
  session: Session,
  read: (script: string) => readonly Statement[]
): Promise<void> => {
  const shipped: string[] = []
  for (const folder of (await readdir(sql)).filter(isOfSyncs))
    for (const name of await readdir(new URL(`${folder}/`, sql))) shipped.push(`${folder}/${name}`)
  const nameOf = (path: string): string => path.split('/').at(-1) ?? ''
  // A script's number says when it runs, whatever its folder.
  shipped.sort((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1))
  const paths = [...scripts, ...shipped]
  for (const path of paths) {
    const text = rendered(await readFile(new URL(path, sql), 'utf8'))
    for (const statement of read(text)) {
      if (isForAccount(statement)) continue
      await session.run(statement, undefined).catch((error: Error) => {
        throw new Error(`sql/${path}: ${error.message}`, { cause: error })
      })
    }
  }
}
