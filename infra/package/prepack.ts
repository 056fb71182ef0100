import { copyFile, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildPackage } from './build-package.ts'
import { type CheckoutManifest, dist, packedManifest } from './manifest.ts'

// `npm pack` and `npm publish` run this before, and postpack after: meanwhile package.json is that of the package,
// which has nothing to install. Should a pack be cut off, `git checkout package.json` brings the checkout's back.

const root = fileURLToPath(new URL('../..', import.meta.url))
const manifest = join(root, 'package.json')
const kept = join(root, '.build/package.json')

const { GITHUB_SERVER_URL, GITHUB_REPOSITORY } = process.env
const repository = GITHUB_REPOSITORY && `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}`

await buildPackage(join(root, dist))
const checkout = JSON.parse(await readFile(manifest, 'utf8')) as CheckoutManifest & { testedPeers?: unknown }
if (checkout.testedPeers !== undefined)
  throw new Error('package.json is the one of a pack that was cut off: git checkout package.json')
await copyFile(manifest, kept)
await writeFile(manifest, `${JSON.stringify(packedManifest(checkout, repository), undefined, 2)}\n`)
