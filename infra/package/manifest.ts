/** What the checkout's package.json says, as far as the package says it, too. */
export interface CheckoutManifest {
  readonly version: string
  readonly description: string
  readonly license: string
  readonly devDependencies: Readonly<Record<string, string>>
}

/** Whoever deploys may have another patch or minor version; older ones lack what is used. Tried: infra/README.md. */
const cdkRanges = { 'aws-cdk': '^2.1020.0', 'aws-cdk-lib': '^2.257.0', constructs: '^10.5.0' } as const
const heavy = ['@duckdb/node-api', '@polyglot-sql/sdk', 'dynalite', 'snowflake-sdk'] as const

/** Where the build lies in checkout and package. */
export const dist = '.build/dist'

/** What the package holds; everything else of the checkout stays out. */
export const packedFiles = [
  `${dist}/`,
  'sql/',
  'api/local/worksheet/snowflake-functions.sql',
  'README.md',
  'LICENSE'
] as const

/**
 * The package.json of the package: nothing to install with it, since all it needs is in its bundles; what only some
 * commands need is an optional peer.
 *
 * @param repository `https://github.com/…` of the build: the registry compares it with who publishes
 */
export const packedManifest = (checkout: CheckoutManifest, repository?: string): object => {
  const { version, description, license, devDependencies } = checkout
  const pinOf = (name: string): string => {
    const pin = devDependencies[name]
    if (pin === undefined) throw new Error(`${name} is no devDependency any more: infra/package/manifest.ts`)
    return pin
  }
  const peers = {
    ...cdkRanges,
    ...Object.fromEntries(heavy.map((name) => [name, `^${pinOf(name)}`]))
  }
  return {
    name: 'push-to-dynamo',
    version,
    description,
    license,
    keywords: ['snowflake', 'dynamodb', 'aws', 'cdk', 'external-function', 'reverse-etl'],
    ...(repository === undefined ? {} : { repository: { type: 'git', url: `git+${repository}.git` } }),
    type: 'module',
    bin: { 'push-to-dynamo': `${dist}/cli/bin.mjs` },
    exports: {
      './cdk': { types: `./${dist}/cdk/push-to-dynamo.d.ts`, default: `./${dist}/cdk/index.js` },
      './package.json': './package.json'
    },
    // For compilers that do not read `exports`.
    typesVersions: { '*': { cdk: [`${dist}/cdk/push-to-dynamo.d.ts`] } },
    files: packedFiles,
    engines: { node: '>=22.18' },
    peerDependencies: peers,
    peerDependenciesMeta: Object.fromEntries(Object.keys(peers).map((name) => [name, { optional: true }])),
    testedPeers: Object.fromEntries(Object.keys(peers).map((name) => [name, pinOf(name)]))
  }
}
