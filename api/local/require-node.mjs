// Runs before any TypeScript is read: an older Node would fail on the first .ts file with a puzzling message.
// npm scripts find Node 24 among the optional packages of this machine's kind, unless npm was told to omit them.
// The whole module: an older Node lacks the name, and naming it would fail before the message.
import module from 'node:module'
import { fileURLToPath } from 'node:url'

const [major = 0] = process.versions.node.split('.').map(Number)

// Node 22 strips types, too, and stops at our `using`; the package, which is compiled, runs on it.
if (major < 24) {
  process.stderr.write(
    `push_to_dynamo needs Node 24 and this is Node ${process.versions.node}. ` +
      'Run: npm ci --include=optional && npm start   (npm ci brings Node 24 along, as an optional package; ' +
      'where there is none for your machine, install Node 24)\n'
  )
  process.exit(1)
}

// Keeps compiled modules for the next start, which halves it. Where the folder cannot be written, nothing is kept.
// Child processes find it by the variable. https://nodejs.org/api/module.html#module-compile-cache
process.env.NODE_COMPILE_CACHE ??= fileURLToPath(
  new URL('../../node_modules/.cache/push-to-dynamo', import.meta.url)
)
module.enableCompileCache(process.env.NODE_COMPILE_CACHE)
