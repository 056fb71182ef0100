import { execFile } from 'node:child_process'
import { chmod, copyFile, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { type BuildOptions, build } from 'esbuild'
import { bundleWith } from '../bundle.ts'
import { asPackaged } from './as-packaged.ts'
import { writeFlights } from './flights.ts'
import { noticesOf, packagesIn, sbomOf } from './in-bundles.ts'
import { zipOf } from './zip.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))

const external = [
  'aws-cdk-lib',
  'constructs',
  '@duckdb/node-api',
  '@polyglot-sql/sdk',
  'dynalite',
  'snowflake-sdk',
  // fastify asks for them where they are installed.
  'esbuild'
]
/** CommonJS packages in an ES module ask for Node's own modules by `require`. */
const requireForCommonJs =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);"

const shared = {
  absWorkingDir: root,
  bundle: true,
  platform: 'node',
  target: 'node22.18',
  external,
  plugins: [asPackaged],
  mainFields: ['module', 'main'],
  minifySyntax: true,
  minifyWhitespace: true,
  charset: 'utf8',
  legalComments: 'none',
  metafile: true,
  logLevel: 'error'
} as const satisfies BuildOptions

/** The commands: an entry, an app for cdk, and a worker thread; what a command needs is loaded when it runs. */
const buildCommands = async (outdir: string): Promise<string[]> => {
  const { metafile } = await build({
    ...shared,
    outdir,
    entryPoints: ['api/cli/push-to-dynamo.ts', 'api/cli/app.ts', 'api/cli/dynamodb-worker.ts'],
    format: 'esm',
    splitting: true,
    banner: { js: requireForCommonJs }
  })
  await copyFile(join(root, 'api/cli/bin.mjs'), join(outdir, 'bin.mjs'))
  await chmod(join(outdir, 'bin.mjs'), 0o755)
  return Object.keys(metafile.inputs)
}

/** The construct: CommonJS, which every kind of app can load, jest's among them; zod inside, CDK outside. */
const buildConstruct = async (outdir: string): Promise<string[]> => {
  const { metafile } = await build({
    ...shared,
    outfile: join(outdir, 'index.js'),
    entryPoints: ['infra/push-to-dynamo.ts'],
    format: 'cjs',
    define: { 'import.meta.url': 'ownUrl' },
    banner: { js: "const ownUrl = require('node:url').pathToFileURL(__filename).href;" }
  })
  await writeFile(join(outdir, 'package.json'), '{"type":"commonjs"}\n')
  return Object.keys(metafile.inputs)
}

/** Declarations of the construct and of what it names: its props, and no more. */
const buildTypes = async (outdir: string): Promise<void> => {
  const folder = await mkdtemp(join(tmpdir(), 'types-'))
  try {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const options = ['--noEmit', 'false', '--emitDeclarationOnly', '--declaration', '--outDir', folder]
    await promisify(execFile)(process.execPath, [tsc, '-p', join(root, 'infra/package'), ...options])
    const names = new Set(['push-to-dynamo'])
    for (const name of names) {
      const text = await readFile(join(folder, `infra/${name}.d.ts`), 'utf8')
      for (const [, other = ''] of text.matchAll(/from '\.\/([\w/-]+)\.ts'/g)) names.add(other)
      await writeFile(join(outdir, `${name}.d.ts`), text.replaceAll(/(from '\.\/[\w-]+)\.ts'/g, "$1.js'"))
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The functions' code as two zips, with the version that `/health` says. */
export const buildFunctions = async (outdir: string): Promise<string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'functions-'))
  try {
    const { push, bulk, version, inputs } = await bundleWith([asPackaged], folder)
    for (const [name, from] of Object.entries({ push, bulk })) {
      const names = await readdir(from)
      const files = await Promise.all(
        names.map(async (file) => ({ name: file, content: await readFile(join(from, file)) }))
      )
      await writeFile(join(outdir, `${name}.zip`), zipOf(files))
    }
    await writeFile(join(outdir, 'version.json'), `${JSON.stringify({ version })}\n`)
    return [...inputs]
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/**
 * Builds all that the package holds beside the files of the checkout.
 *
 * @param folder is made anew
 * @param what `quick` leaves out the declarations and the example's rows, which take the most time
 */
export const buildPackage = async (folder: string, what: 'all' | 'quick' = 'all'): Promise<void> => {
  await rm(folder, { recursive: true, force: true })
  const [cli, cdk, lambda] = ['cli', 'cdk', 'lambda'].map((name) => join(folder, name)) as [
    string,
    string,
    string
  ]
  for (const each of [cli, cdk, lambda]) await mkdir(each, { recursive: true })
  const inputs = [await buildCommands(cli), await buildConstruct(cdk), await buildFunctions(lambda)].flat()
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  const packages = packagesIn(root, inputs)
  await writeFile(join(folder, 'NOTICES.txt'), noticesOf(packages))
  await writeFile(
    join(folder, 'sbom.cdx.json'),
    `${JSON.stringify(sbomOf(version, packages), undefined, 1)}\n`
  )
  if (what === 'quick') return
  await buildTypes(cdk)
  await writeFlights(join(folder, 'flights.parquet'))
}
