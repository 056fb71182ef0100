import { type Settings, settingsForm } from './settings-form.ts'
import { wrongTogether } from './wrong-together.ts'

export type { Trust } from './setting-forms.ts'
export type { Settings, SettingsInput } from './settings-form.ts'

/** Where settings are unless somebody says otherwise: errors name the place. */
export const usualPlace = 'The settings under context.push_to_dynamo of cdk.json'

export interface Reading {
  /** Where the settings are written, for whoever mends them. */
  readonly place?: string
  /** The ledger is called after the deployment, so no name of a table may mean it. */
  readonly namesLedger?: boolean
}

/**
 * Reads the settings of a deployment; a text is taken as JSON, since the command line gives nothing else.
 *
 * @throws SettingsError naming the setting and what is wrong with it
 */
export const readSettings = (
  context: unknown,
  { place = usualPlace, namesLedger = true }: Reading = {}
): Settings => {
  const form = settingsForm.superRefine((settings, issues) => {
    for (const { path, message } of wrongTogether(settings, namesLedger))
      issues.addIssue({ code: 'custom', path: [...path], message })
  })
  const read = form.safeParse(typeof context === 'string' ? jsonOf(context, place) : (context ?? {}))
  if (read.success) return read.data
  const issues = read.error.issues.map(
    ({ path, message }) => `  ${path.join('.') || 'push_to_dynamo'}: ${message}`
  )
  throw new SettingsError(`${place} are wrong:\n${issues.join('\n')}`)
}

/** The settings are wrong; the message says which and how. */
export class SettingsError extends Error {
  override readonly name = 'SettingsError'
}

const jsonOf = (text: string, place: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    throw new SettingsError(`${place} are not JSON: ${text.slice(0, 80)}`)
  }
}
