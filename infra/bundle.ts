import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import type { Bundles } from './bundles.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const entries = { push: 'api/http.ts', bulk: 'api/bulk.ts' } as const

/** Packages that are still CommonJS ask for Node's own modules by `require`, which ES modules do not have. */
const requireForCommonJs =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);"

/**
 * Packages that Fastify asks for at its start and needs for routes with a JSON schema only, of which there are none:
 * a third of its code. Should a route ever have one, the function does not start.
 */
const schemaCompilers = /^@fastify\/(ajv-compiler|fast-json-stringify-compiler)$/
const withoutSchemas: Plugin = {
  name: 'without-schemas',
  setup({ onResolve, onLoad }) {
    onResolve({ filter: schemaCompilers }, ({ path }) => ({ path, namespace: 'without-schemas' }))
    onLoad({ filter: /.*/, namespace: 'without-schemas' }, ({ path }) => ({
      contents: `module.exports = () => () => { throw new Error('${path} is not bundled: no route has a schema') }
module.exports.SerializerSelector = module.exports`
    }))
  }
}

/** How every Lambda is bundled; a handler to compare with, too. */
export const bundleOptions = {
  absWorkingDir: root,
  bundle: true,
  write: false,
  platform: 'node',
  target: 'node24',
  format: 'esm',
  // What is imported when it is needed lies in a file of its own, and costs a cold start nothing.
  splitting: true,
  outExtension: { '.js': '.mjs' },
  // ES modules first: they can be thinned out, CommonJS cannot.
  mainFields: ['module', 'main'],
  minifySyntax: true,
  minifyWhitespace: true,
  charset: 'utf8',
  legalComments: 'none',
  banner: { js: requireForCommonJs },
  logLevel: 'error'
} as const satisfies BuildOptions

/**
 * Bundles both entries by esbuild, the SDK included, so that what was tested is what runs. The same sources give
 * the same bytes. Names are kept: a stack trace in the log must be readable.
 *
 * @param folder where the bundles go, one folder each; what was there is replaced
 */
export const bundle = async (folder = join(root, '.build')): Promise<Bundles> => {
  const { push, bulk, version } = await bundleWith([], folder)
  return { push, bulk, version }
}

/** The same, with more plugins of esbuild; tells the files that went in, too. */
export const bundleWith = async (
  plugins: readonly Plugin[],
  folder: string
): Promise<Bundles & { readonly inputs: ReadonlySet<string> }> => {
  const inputs = new Set<string>()
  const hash = createHash('sha256')
  const folders = { push: join(folder, 'push'), bulk: join(folder, 'bulk') }
  for (const name of ['push', 'bulk'] as const) {
    const outdir = folders[name]
    const entryPoints = [{ in: entries[name], out: 'index' }]
    const { outputFiles, metafile } = await build({
      ...bundleOptions,
      ...{ plugins: [withoutSchemas, ...plugins], metafile: true, entryPoints, outdir }
    })
    for (const input of Object.keys(metafile.inputs)) inputs.add(input)
    if (outputFiles.length === 0) throw new Error(`esbuild gave nothing for ${entries[name]}`)
    await rm(outdir, { recursive: true, force: true })
    await mkdir(outdir, { recursive: true })
    for (const { path, contents } of outputFiles.toSorted((a, b) => (a.path < b.path ? -1 : 1))) {
      hash.update(relative(outdir, path)).update(contents)
      await writeFile(path, contents)
    }
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return { ...folders, inputs, version: `${version}+${hash.digest('hex').slice(0, 8)}` }
}
