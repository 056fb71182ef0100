// Runs before any TypeScript is read: an older Node would fail on the first .ts file with a puzzling message.
// npm scripts find Node 24 in node_modules/node, unless npm was told to skip that package's install script.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)

if (major < 22 || (major === 22 && minor < 18)) {
  process.stderr.write(
    `push_to_dynamo needs Node 24 and this is Node ${process.versions.node}. ` +
      'Run: npm ci --foreground-scripts && npm start   (npm ci brings Node 24 along; ' +
      'if your npm blocks install scripts, run: npm rebuild node)\n'
  )
  process.exit(1)
}
