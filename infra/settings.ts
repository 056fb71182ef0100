import { type Settings, settingsForm } from './settings-form.ts'
import { wrongTogether } from './wrong-together.ts'

export type { Trust } from './setting-forms.ts'
export type { Settings, SettingsInput } from './settings-form.ts'

const settingsSchema = settingsForm.superRefine((settings, context) => {
  for (const { path, message } of wrongTogether(settings))
    context.addIssue({ code: 'custom', path: [...path], message })
})

/** Where settings are unless somebody says otherwise: errors name the place. */
export const usualPlace = 'The settings under context.push_to_dynamo of cdk.json'

/**
 * Reads the settings of a deployment; a text is taken as JSON, since the command line gives nothing else.
 *
 * @param place where they are written, for whoever mends them
 * @throws SettingsError naming the setting and what is wrong with it
 */
export const readSettings = (context: unknown, place = usualPlace): Settings => {
  const read = settingsSchema.safeParse(
    typeof context === 'string' ? jsonOf(context, place) : (context ?? {})
  )
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
