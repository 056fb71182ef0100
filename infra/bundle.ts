import { createHash } from 'node:crypto'
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

/** Folders that hold `index.mjs` of each Lambda entry, and what `/health` says. */
export interface Bundles {
  readonly push: string
  readonly bulk: string
  /** Version of the package and the beginning of a hash of both bundles. */
  readonly version: string
}

const root = fileURLToPath(new URL('..', import.meta.url))
const entries = { push: 'api/http.ts', bulk: 'api/bulk.ts' } as const

/** Packages that are still CommonJS ask for Node's own modules by `require`, which ES modules do not have. */
const requireForCommonJs =
  "import { createRequire as makeRequire } from 'node:module'; const require = makeRequire(import.meta.url);"

/**
 * Bundles both entries by esbuild, the SDK included, so that what was tested is what runs. The same sources give
 * the same bytes. Names are kept: a stack trace in the log must be readable.
 *
 * @param folder where the bundles go, one folder each; what was there is replaced
 */
export const bundle = async (folder = join(root, '.build')): Promise<Bundles> => {
  const hash = createHash('sha256')
  const folders = { push: join(folder, 'push'), bulk: join(folder, 'bulk') }
  for (const name of ['push', 'bulk'] as const) {
    const { outputFiles } = await build({
      absWorkingDir: root,
      entryPoints: [entries[name]],
      bundle: true,
      write: false,
      platform: 'node',
      target: 'node24',
      format: 'esm',
      // ES modules first: they can be thinned out, CommonJS cannot.
      mainFields: ['module', 'main'],
      minifySyntax: true,
      minifyWhitespace: true,
      charset: 'utf8',
      legalComments: 'none',
      banner: { js: requireForCommonJs },
      logLevel: 'error'
    })
    const content = outputFiles[0]?.contents
    if (content === undefined) throw new Error(`esbuild gave nothing for ${entries[name]}`)
    hash.update(content)
    await rm(folders[name], { recursive: true, force: true })
    await mkdir(folders[name], { recursive: true })
    await writeFile(join(folders[name], 'index.mjs'), content)
  }
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string }
  return { ...folders, version: `${version}+${hash.digest('hex').slice(0, 8)}` }
}
