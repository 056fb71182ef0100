import { statSync } from 'node:fs'
import { join } from 'node:path'
import { bundle } from './bundle.ts'

// `npm run build`: the bundles that synth would deploy, under .build/.

const { push, bulk, version } = await bundle()
for (const folder of [push, bulk]) {
  const file = join(folder, 'index.mjs')
  process.stdout.write(`${file}  ${Math.round(statSync(file).size / 1024)} KB\n`)
}
process.stdout.write(`version ${version}\n`)
