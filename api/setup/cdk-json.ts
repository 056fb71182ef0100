import { readFile, writeFile } from 'node:fs/promises'
import { isDeepStrictEqual } from 'node:util'
import { trustsOf } from '../../infra/setting-forms.ts'
import type { Trust } from '../../infra/settings.ts'
import type { SnowflakeTrusts } from './aws-deployment.ts'

/** What becomes of other Snowflake accounts that cdk.json trusts. */
export type OtherTrusts = 'refuse' | 'keep' | 'replace'

/** All whom the roles are trusted to. */
export interface AllTrusts {
  /** The queue that the bucket tells of new audit lines. */
  readonly auditQueue?: string | undefined
  readonly invoke: readonly Trust[]
  readonly unload: readonly Trust[]
}

/**
 * Writes who Snowflake is into the settings of cdk.json, so that every later `npm run deploy` keeps it. A file that
 * says so already is left as it is; another account that is trusted already is not dropped in silence.
 *
 * @returns all that are trusted now
 * @throws Error when another Snowflake account is trusted, and nobody said what becomes of it
 */
export const writeTrusts = async (
  file: URL,
  trusts: SnowflakeTrusts,
  others: OtherTrusts = 'refuse'
): Promise<AllTrusts> => {
  const text = await readFile(file, 'utf8')
  const cdk = JSON.parse(text)
  // push-to-dynamo.json holds the settings alone.
  const settings = cdk.context?.push_to_dynamo ?? cdk
  const merged = {
    invoke: withTrust(trustsOf(settings.snowflake?.invoke), trusts.invoke, others),
    unload: withTrust(trustsOf(settings.snowflake?.unload), trusts.unload, others)
  }
  const queue = queueOf(settings.snowflake?.auditQueue, trusts.auditQueue, others)
  const snowflake = {
    ...settings.snowflake,
    invoke: short(merged.invoke),
    unload: short(merged.unload),
    ...queue
  }
  const all = { ...merged, ...queue }
  if (isDeepStrictEqual(snowflake, settings.snowflake)) return all
  settings.snowflake = snowflake
  await writeFile(file, `${JSON.stringify(cdk, undefined, 2)}\n`)
  return all
}

/** One IAM user stands for one Snowflake account; its external id may have changed. */
const withTrust = (known: readonly Trust[], trust: Trust, others: OtherTrusts): readonly Trust[] => {
  if (known.length === 0 || others === 'replace') return [trust]
  if (known.some(({ principal }) => principal === trust.principal))
    return known.map((each) => (each.principal === trust.principal ? trust : each))
  if (others === 'keep') return [...known, trust]
  throw new Error(
    `cdk.json trusts another Snowflake account (${known.map(({ principal }) => principal).join(', ')}): ` +
      '--add-account trusts this one as well, --repoint instead, and another name (context.push_to_dynamo.name) makes a deployment of its own'
  )
}

/** A bucket tells one queue of a prefix: with a second Snowflake account the first keeps it. */
const queueOf = (known: string | undefined, queue: string | undefined, others: OtherTrusts) => {
  const told = known === undefined || others !== 'keep' ? (queue ?? known) : known
  return told === undefined ? {} : { auditQueue: told }
}

const short = (trusts: readonly Trust[]): Trust | readonly Trust[] =>
  trusts.length === 1 ? (trusts[0] as Trust) : trusts
