import { readdirSync } from 'node:fs'
import type { Settings } from '../../infra/settings.ts'
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

/** Of the pages to look and to operate. */
export const pageScripts: readonly string[] = entriesOf(
  new URL('optional/', scriptFolder),
  /^88\d_page_?\w*\.sql$/
).map((name) => `optional/${name}`)

/** What the settings ask for beside the numbered scripts, and where it runs. */
export const scriptsOf = ({
  snowflake: { tasks, taskErrors, taskSuccesses, creditQuota, alerts, page }
}: Settings): { readonly beforeDeploy: readonly string[]; readonly afterDeploy: readonly string[] } => ({
  beforeDeploy: [
    ...scriptsBeforeDeploy,
    ...(creditQuota === undefined ? [] : ['optional/17_resource_monitor.sql']),
    ...(tasks === 'serverless' ? ['optional/57_allow_managed_tasks.sql'] : []),
    ...(taskErrors === undefined ? [] : ['optional/58_task_errors.sql']),
    ...(taskSuccesses === undefined ? [] : ['optional/59_task_successes.sql'])
  ],
  afterDeploy: [
    ...scriptsAfterDeploy,
    ...(alerts === undefined ? [] : ['871_told_matters', '872_dynamo_untold', '873_tell_dynamo_attention']),
    ...(alerts?.mail === undefined ? [] : ['874_mail_integration']),
    ...(alerts === undefined ? [] : ['875_allow_alerts', '876_dynamo_alert']),
    ...(page ? pageScripts : [])
  ].map((path) => (path.includes('/') ? path : `optional/${path}.sql`))
})

/** Compared as texts: 7401 comes after 74 and before 75. */
function numberOf(path: string): string {
  return /\/(\d+)_/.exec(path)?.[1] ?? ''
}
