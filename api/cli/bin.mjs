#!/usr/bin/env node
// Before anything else is read: an older Node would fail on the first line it does not know.
import module from 'node:module'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `push-to-dynamo needs Node 22.18 or newer, and this is Node ${process.versions.node}\n`
  )
  process.exit(1)
}
module.enableCompileCache()
await import('./push-to-dynamo.js')
