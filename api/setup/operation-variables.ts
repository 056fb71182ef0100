import { namesOf } from '../../infra/names.ts'
import type { Settings } from '../../infra/settings.ts'
import { pageFolder, pageVersion } from './page-files.ts'
import type { Variables } from './script.ts'

/** Of tasks, private endpoints, limits, alerts and pages: `snowflake` of cdk.json. */
export const operationVariables = (warehouse: string, { name, snowflake }: Settings): Variables => {
  const { tasks, taskErrors, taskSuccesses, vpcs, creditQuota, alerts } = snowflake
  const isServerless = tasks === 'serverless'
  const settings = [
    isServerless ? `user_task_managed_initial_warehouse_size = 'XSMALL'` : `warehouse = ${warehouse}`,
    ...(taskErrors === undefined ? [] : [`error_integration = ${taskErrors}`]),
    ...(taskSuccesses === undefined ? [] : [`success_integration = ${taskSuccesses}`])
  ].join(' ')
  const { mailIntegration, pageRole, pageOperatorRole, pageWarehouse } = namesOf(name)
  const integration = alerts?.integration ?? mailIntegration
  const mail = alerts?.mail ?? ''
  return {
    task_settings: settings,
    // Where they stand in a text of SQL.
    task_settings_text: settings.replaceAll("'", "''"),
    task_errors: taskErrors ?? '',
    task_successes: taskSuccesses ?? '',
    storage_endpoint: vpcs.length > 0 ? 'use_privatelink_endpoint = true' : '',
    credit_quota: String(creditQuota ?? ''),
    alert_integration: integration,
    mail_integration: mailIntegration,
    alert_mail: mail,
    alert_content: alerts?.content ?? 'text/plain',
    alert_minutes: String(alerts?.minutes ?? 60),
    // Without a warehouse an alert is serverless.
    alert_compute: isServerless ? '' : `warehouse = ${warehouse}`,
    alert_target: JSON.stringify({
      [integration]: mail === '' ? {} : { subject: `${name}: needs a person`, toAddress: [mail] }
    }),
    page_role: pageRole,
    page_operator_role: pageOperatorRole,
    page_warehouse: pageWarehouse,
    page_version: pageVersion(),
    app_folder: pageFolder
  }
}
