import { mkdir, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildFunctions } from './build-package.ts'
import { writePlainTemplate } from './plain-template.ts'

// `npm run build:template`: `.build/cloudformation/` holds template.json and the functions' zips, for
// `aws cloudformation deploy`.

const root = fileURLToPath(new URL('../..', import.meta.url))
const out = join(root, '.build/cloudformation')
const zips = await mkdtemp(join(tmpdir(), 'zips-'))
try {
  await rm(out, { recursive: true, force: true })
  await mkdir(out, { recursive: true })
  await buildFunctions(zips)
  const { version } = JSON.parse(await readFile(join(zips, 'version.json'), 'utf8')) as { version: string }
  const { version: release } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as {
    version: string
  }
  await writePlainTemplate(out, release, {
    push: join(zips, 'push.zip'),
    bulk: join(zips, 'bulk.zip'),
    version
  })
  process.stdout.write(`${out}\n`)
} finally {
  await rm(zips, { recursive: true, force: true })
}
