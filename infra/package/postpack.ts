import { copyFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { dist } from './manifest.ts'

// The checkout's package.json is back; what was built is in the tarball, and would stand in the way of sources here.

const root = fileURLToPath(new URL('../..', import.meta.url))
await copyFile(join(root, '.build/package.json'), join(root, 'package.json'))
await rm(join(root, '.build/package.json'))
await rm(join(root, dist), { recursive: true, force: true })
