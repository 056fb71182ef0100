import type { Settings } from './settings-form.ts'

/** Where a deployment must go, as far as its settings say. */
export interface Home {
  readonly partition?: string
  readonly region?: string
  readonly account?: string
}

/**
 * The account and Region that ARNs of tables and their keys name. The stacks can be deployed nowhere else then: a
 * table of another account or Region would be taken for one of the same name in their own. (Keys may be another
 * account's.)
 *
 * @returns `wrong` with the reason when the ARNs disagree
 */
export const homeOf = ({ existing }: Settings['tables']): Home | { readonly wrong: string } => {
  let home: Home = {}
  for (const arn of existing.flatMap((each) =>
    typeof each === 'string' ? [each] : [each.table, each.keyArn]
  )) {
    const [prefix, partition = '', service, region = '', account = ''] = arn.split(':')
    if (prefix !== 'arn') continue
    const here: Home = { partition, region, ...(service === 'dynamodb' ? { account } : {}) }
    const other = (['partition', 'region', 'account'] as const).find(
      (part) => home[part] !== undefined && here[part] !== undefined && home[part] !== here[part]
    )
    if (other !== undefined)
      return {
        wrong: `${arn} is of ${other} ${here[other]}, another one of ${home[other]}: tables are of the account and Region of the deployment, no others can be reached`
      }
    home = { ...home, ...here }
  }
  return home
}
