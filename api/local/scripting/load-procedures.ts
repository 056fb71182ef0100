import { readdir, readFile } from 'node:fs/promises'
import type { Statement } from '../worksheet/read-script.ts'
import type { Session } from '../worksheet/session.ts'

const sql = new URL('../../../sql/', import.meta.url)

/** Folders of sql/ whose scripts make the tables, views and procedures of syncs. */
const folders = ['70_sync_tables', '74_sync_logic', '80_sync_procedures']
/** … and single scripts that these read from. */
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
  const numbered: string[] = []
  for (const folder of folders) {
    for (const name of await readdir(new URL(`${folder}/`, sql)))
      if (name.endsWith('.sql')) numbered.push(`${folder}/${name}`)
  }
  // Views read views: in the order of the numbers, as the set-up runs them.
  const nameOf = (path: string): string => path.slice(path.indexOf('/'))
  const paths = [...scripts, ...numbered.sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1))]
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
