import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import ours from '../cdk.json' with { type: 'json' }
import { usualPlace } from './settings.ts'

/** The settings file of those who have no checkout. */
export const settingsFile = 'push-to-dynamo.json'

export interface SettingsSource {
  readonly settings: unknown
  /** For errors. */
  readonly place: string
  /** The file that set-up may write trusts into; absent where it is somebody else's. */
  readonly writable: string | undefined
  readonly isCheckout: boolean
  /** The folder of what a deployment tells, below the caller's. */
  readonly outputs: '.build' | '.local'
}

interface Cdk {
  readonly app?: string
  readonly context?: { readonly push_to_dynamo?: unknown }
}

/**
 * Where the settings of a deployment are: cdk.json of a checkout of ours; else push-to-dynamo.json; else what the
 * caller's own cdk.json has under context.push_to_dynamo, which is never written; else those of our cdk.json.
 *
 * @param folder the caller's
 */
export const settingsIn = async (folder: string): Promise<SettingsSource> => {
  const cdk = (await jsonOf(join(folder, 'cdk.json'))) as Cdk | undefined
  const inContext = cdk?.context?.push_to_dynamo
  if (inContext !== undefined && cdk?.app === ours.app && existsSync(join(folder, 'infra/app.ts')))
    return {
      ...{ settings: inContext, place: usualPlace, writable: join(folder, 'cdk.json') },
      ...{ isCheckout: true, outputs: '.build' }
    }
  const file = join(folder, settingsFile)
  const own = await jsonOf(file)
  const away = { writable: file, isCheckout: false, outputs: '.local' } as const
  if (own !== undefined) return { ...away, settings: own, place: `The settings of ${settingsFile}` }
  if (inContext !== undefined) return { ...away, settings: inContext, place: usualPlace, writable: undefined }
  return { ...away, settings: ours.context.push_to_dynamo, place: 'The settings' }
}

/** @throws Error naming the file when it holds no JSON */
const jsonOf = async (file: string): Promise<unknown> => {
  if (!existsSync(file)) return undefined
  try {
    return JSON.parse(await readFile(file, 'utf8'))
  } catch (error) {
    throw new Error(`${file} is not JSON: ${(error as Error).message}`)
  }
}
