import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { access, mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const venvs = fileURLToPath(new URL('../../.venv', import.meta.url))
const run = promisify(execFile)

/**
 * Tools of PyPI that checks, proofs and figures use; `test/support/python/<name>.txt` holds each file's hash, as
 * `uv pip compile --universal --generate-hashes` writes it.
 */
export const pythonTools = [
  'bench',
  'cfn-lint',
  'dbt',
  'ministack',
  'parquet',
  'snowflake-cli',
  'sqlfluff',
  'streamlit-newest',
  'streamlit-oldest',
  'streamlit-pinned'
] as const
export type PythonTool = (typeof pythonTools)[number]

/** What the installer is told: exact versions of the tool and of all that it needs, each with the hashes of its files. */
export const requirementsOf = (tool: PythonTool | 'uv'): string =>
  fileURLToPath(new URL(`./python/${tool}.txt`, import.meta.url))

/**
 * The path of a Python that has the tool; on the first call, and when the requirements have changed, it is
 * installed from PyPI into `.venv/<tool>`. A file whose hash differs is refused. `PIP_INDEX_URL` names a mirror.
 *
 * @throws Error when python3, pip or uv fail, with what they printed
 */
export const pythonWith = async (tool: PythonTool, signal: AbortSignal): Promise<string> => {
  const home = await installed(tool, async (fresh) => {
    const uv = join(await installed('uv', (place) => byPip(place, signal)), 'bin/uv')
    const index = process.env.PIP_INDEX_URL
    const env = { ...process.env, ...(index && { UV_DEFAULT_INDEX: index }) }
    const quietly = ['--quiet', '--no-config']
    const python = join(fresh, 'bin/python')
    await run(uv, ['venv', ...quietly, '--no-project', '--allow-existing', '--python', 'python3', fresh], {
      ...{ env, signal }
    })
    // The list is whole; what a package asks for beside it is not used here (snowflake-cli wants a pip of its own).
    const exactly = ['--no-deps', '--require-hashes', '--requirements', requirementsOf(tool)]
    await run(uv, ['pip', 'install', ...quietly, '--python', python, ...exactly], { env, signal })
  })
  return join(home, 'bin/python')
}

/** uv comes by pip, and installs in a second what pip takes a quarter of a minute for. */
const byPip = async (fresh: string, signal: AbortSignal): Promise<void> => {
  const exactly = ['--no-deps', '--only-binary', ':all:', '--require-hashes', '--requirement']
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check']
  const args = [...pip, '--target', fresh, ...exactly, requirementsOf('uv')]
  try {
    await run('python3', args, { signal })
  } catch (error) {
    // Debian's python3 has none; an environment brings its own.
    if (!String(error).includes('No module named pip')) throw error
    const environment = join(fresh, 'with-pip')
    await run('python3', ['-m', 'venv', environment], { signal })
    await run(join(environment, 'bin/python'), args, { signal })
    await rm(environment, { recursive: true })
  }
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )

/** Where a tool is, put there if need be: beside the final place, and moved there whole. */
const installed = async (tool: PythonTool | 'uv', put: (fresh: string) => Promise<void>): Promise<string> => {
  const home = join(venvs, tool)
  const hash = createHash('sha256').update(await readFile(requirementsOf(tool)))
  const marker = `installed-${hash.digest('hex').slice(0, 16)}`
  if (await isThere(join(home, marker))) return home
  await mkdir(venvs, { recursive: true })
  const fresh = await mkdtemp(`${home}-`)
  try {
    await put(fresh)
    await writeFile(join(fresh, marker), '')
    const isDone = () => isThere(join(home, marker))
    // Somebody else may have been faster; then theirs is as good as ours.
    if (await isDone()) return home
    await rm(home, { recursive: true, force: true })
    await rename(fresh, home).catch(async (error) => {
      if (!(await isDone())) throw error
    })
    return home
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
