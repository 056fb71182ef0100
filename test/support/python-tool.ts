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

/** What pip is told: exact versions of the tool and of all that it needs, each with the hashes of its files. */
export const requirementsOf = (tool: PythonTool): string =>
  fileURLToPath(new URL(`./python/${tool}.txt`, import.meta.url))

/**
 * The path of a Python that has the tool; on the first call, and when the requirements have changed, it is
 * installed from PyPI into `.venv/<tool>`. A file whose hash differs is refused.
 *
 * @throws Error when python3 or pip fail, with what they printed
 */
export const pythonWith = async (tool: PythonTool, deadline: AbortSignal): Promise<string> => {
  const home = join(venvs, tool)
  const requirements = requirementsOf(tool)
  const hash = createHash('sha256').update(await readFile(requirements))
  const marker = `installed-${hash.digest('hex').slice(0, 16)}`
  if (!(await isThere(join(home, marker)))) await install(home, requirements, marker, deadline)
  return join(home, 'bin/python')
}

const isThere = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false
  )

/** Installs beside the final place and moves it there whole; `python -m` does not mind that the folder moved. */
const install = async (
  home: string,
  requirements: string,
  marker: string,
  signal: AbortSignal
): Promise<void> => {
  await mkdir(venvs, { recursive: true })
  const fresh = await mkdtemp(`${home}-`)
  const python = join(fresh, 'bin/python')
  const pip = ['-m', 'pip', 'install', '--quiet', '--no-compile', '--disable-pip-version-check']
  try {
    await run('python3', ['-m', 'venv', fresh], { signal })
    // The list is whole; what a package asks for beside it is not used here (snowflake-cli wants a pip of its own).
    const exactly = ['--no-deps', '--require-hashes', '--requirement', requirements]
    await run(python, [...pip, ...exactly], { signal })
    await writeFile(join(fresh, marker), '')
    // Somebody else may have been faster; then theirs is as good as ours.
    if (await isThere(join(home, marker))) return
    await rm(home, { recursive: true, force: true })
    await rename(fresh, home)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
