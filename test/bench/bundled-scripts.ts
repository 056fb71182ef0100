import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { bundleOptions } from '../../infra/bundle.ts'

const scripts = {
  handler: 'test/bench/writers/handler.ts',
  loop: 'test/bench/writers/loop.ts',
  statement: 'test/bench/writers/statement.ts',
  loader: 'test/prove/load-worker.ts'
} as const
export type BenchScript = keyof typeof scripts

/**
 * Makes JavaScript of the writers' scripts, by the options of the Lambdas: Node's own reading of TypeScript compiles
 * WebAssembly while rows are written and takes some 20 MB, which nobody has who runs what is deployed.
 *
 * @returns where each of them lies
 */
export const bundleScripts = async (folder: string): Promise<(name: BenchScript) => string> => {
  const entryPoints = Object.entries(scripts).map(([out, file]) => ({
    in: fileURLToPath(new URL(`../../${file}`, import.meta.url)),
    out
  }))
  await build({ ...bundleOptions, write: true, entryPoints, outdir: folder })
  return (name) => join(folder, `${name}.mjs`)
}
