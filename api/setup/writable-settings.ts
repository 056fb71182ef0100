import { existsSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { pathToFileURL } from 'node:url'
import { type SettingsSource, settingsFile } from '../../infra/settings-source.ts'

/**
 * The file that trusts are written into; made of the settings at hand where it is not there yet.
 *
 * @throws Error where the settings are in a cdk.json of the user's own, which is never written
 */
export const writableSettings = async ({ settings, writable }: SettingsSource): Promise<URL> => {
  if (writable === undefined)
    throw new Error(
      `this cdk.json is yours, and nothing is written into it: move context.push_to_dynamo into ${settingsFile}, or name your own stack by --stack`
    )
  if (!existsSync(writable)) await writeFile(writable, `${JSON.stringify(settings, undefined, 2)}\n`)
  return pathToFileURL(writable)
}
