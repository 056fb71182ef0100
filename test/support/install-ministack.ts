import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const venvs = fileURLToPath(new URL('../../.venv', import.meta.url))
const home = join(venvs, 'ministack')
// boto3 is for the inline Python Lambda behind the CDK's bucket notifications.
const packages = ['ministack==1.5.33', 'boto3==1.43.106']
const marker = 'installed-ministack-1.5.33'
const run = promisify(execFile)

/**
 * The path of the Python that has ministack; on the first call it is installed from PyPI (92 MB) into
 * `.venv/ministack`. The pins are exact: 1.4.21 loses RedrivePolicy and does not encode S3 event keys.
 *
 * @throws Error when python3 or pip fail, with what they printed
 */
export const installedMinistack = async (deadline: AbortSignal): Promise<string> => {
  if (!(await isInstalled())) await install(deadline)
  return join(home, 'bin/python')
}

const isInstalled = (): Promise<boolean> =>
  access(join(home, marker)).then(
    () => true,
    () => false
  )

/** Installs beside the final place and moves it there whole; `python -m` does not mind that the folder moved. */
const install = async (signal: AbortSignal): Promise<void> => {
  await mkdir(venvs, { recursive: true })
  const fresh = await mkdtemp(`${home}-`)
  const python = join(fresh, 'bin/python')
  try {
    await run('python3', ['-m', 'venv', fresh], { signal })
    await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', ...packages], {
      signal
    })
    await writeFile(join(fresh, marker), packages.join('\n'))
    // Somebody else may have been faster; then theirs is as good as ours.
    if (await isInstalled()) return
    await rm(home, { recursive: true, force: true })
    await rename(fresh, home)
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
