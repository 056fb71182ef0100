import type { Facts } from './facts.ts'
import { advice, ok, type Verdict } from './finding.ts'

/** 21: pages read views and call procedures of the version that they came with. */
export const pagesAreCurrent = ({ pages: { isWanted, version, seen } }: Pick<Facts, 'pages'>): Verdict => {
  const old = seen.filter((page) => page.version !== version).map(({ name }) => name)
  if (old.length > 0)
    return advice(
      `the files of ${old.join(' and ')} are not those of this version`,
      'pages of the same version as the views that they read',
      isWanted ? 'npm run setup' : 'set snowflake.page in cdk.json and npm run setup, or drop the pages'
    )
  if (isWanted && seen.length < 2)
    return advice('snowflake.page asks for two pages, and one is missing', 'both pages', 'npm run setup')
  return ok(seen.length === 0 ? 'no page was asked for' : 'both pages are of this version')
}
