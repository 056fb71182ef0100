import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Bundles } from './bundles.ts'

/**
 * The functions' code as the package holds it: zips with the same bytes wherever they are deployed from, so that a
 * synthesis needs neither a bundler nor a network.
 *
 * @throws Error in a checkout, which has sources instead
 */
export const shippedBundles = (): Bundles => {
  const folder = join(dirname(fileURLToPath(import.meta.url)), '../lambda')
  const file = join(folder, 'version.json')
  if (!existsSync(file))
    throw new Error(
      'the code of the functions is only in the package: npm pack, or hand bundles to the construct'
    )
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return { push: join(folder, 'push.zip'), bulk: join(folder, 'bulk.zip'), version }
}
