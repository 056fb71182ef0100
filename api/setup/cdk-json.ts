import { readFile, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import type { SnowflakeTrusts } from './aws-deployment.ts'

/**
 * Writes who Snowflake is into the settings of cdk.json, so that every later `npm run deploy` keeps it. A file that
 * says so already is left as it is.
 */
export const writeTrusts = async (file: URL, trusts: SnowflakeTrusts): Promise<void> => {
  const text = await readFile(file, 'utf8')
  const cdk = JSON.parse(text)
  const { push_to_dynamo: settings } = cdk.context
  const snowflake = { ...settings.snowflake, ...trusts }
  if (isDeepStrictEqual(snowflake, settings.snowflake)) return
  settings.snowflake = snowflake
  await writeFile(file, `${JSON.stringify(cdk, undefined, 2)}\n`)
}
