import { readdirSync } from 'node:fs'
import { scriptFolder } from './script.ts'

/** Folders whose scripts run once an unload, and once at the end. */
const notSetUp = /^(60|90)_/
/** Shows who Snowflake is: what comes before it is needed by AWS, what comes after it needs AWS. */
export const trustScript = '20_connect/23_show_trust.sql'

const entriesOf = (folder: URL, form: RegExp): string[] =>
  readdirSync(folder)
    .filter((name) => form.test(name))
    .sort()

/** All numbered scripts, `NN_folder/NN_name.sql` (a folder of many counts on: 7401 to 7499), in the order of their numbers. */
export const numberedScripts: readonly string[] = entriesOf(scriptFolder, /^\d\d_\w+$/)
  .flatMap((folder) =>
    entriesOf(new URL(`${folder}/`, scriptFolder), /^\d{2,4}_\w+\.sql$/).map((name) => `${folder}/${name}`)
  )
  .sort((one, other) => (numberOf(one) < numberOf(other) ? -1 : 1))

const setUp = numberedScripts.filter((path) => !notSetUp.test(path))
const trustAt = setUp.indexOf(trustScript)

/** What Snowflake must hold before AWS can trust it. */
export const scriptsBeforeDeploy: readonly string[] = setUp.slice(0, trustAt)

/** What needs the URL of the API or the trust of the bucket. */
export const scriptsAfterDeploy: readonly string[] = setUp.slice(trustAt + 1)

/** Compared as texts: 7401 comes after 74 and before 75. */
function numberOf(path: string): string {
  return /\/(\d+)_/.exec(path)?.[1] ?? ''
}
