import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.ts'

// `npm run build`: the bundles that synth would deploy, under .build/.

const { push, bulk, version } = await bundle()
const kb = (bytes: number): string => `${Math.round(bytes / 1024)} KB`
for (const folder of [push, bulk]) {
  const sizes = readdirSync(folder).map((file) => statSync(join(folder, file)).size)
  const all = sizes.reduce((sum, size) => sum + size, 0)
  process.stdout.write(
    `${folder}  ${kb(statSync(join(folder, 'index.mjs')).size)} and chunks for later, ${kb(all)} in all\n`
  )
}
process.stdout.write(`version ${version}\n`)
