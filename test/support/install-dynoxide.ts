import { execFile } from 'node:child_process'
import { access, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tools = join(root, '.tools')
const platform = 'linux-x64'
const name = `@dynoxide/${platform}`
const version = '1.2.1'
const home = join(tools, `dynoxide-${version}`)
const program = join(home, 'node_modules', name, 'dynoxide')

/** What `npm ci` installs and holds to its digest: https://docs.npmjs.com/cli/v11/configuring-npm/package-lock-json */
const dependencies = { [name]: version }
const lock = {
  name: 'dynoxide',
  lockfileVersion: 3,
  requires: true,
  packages: {
    '': { name: 'dynoxide', dependencies },
    [`node_modules/${name}`]: {
      version,
      integrity:
        'sha512-sBHqlxJ9ANkLluFkYRfd5r8Y0ApFew4FhOrlhgRAgD4XzEoFOukEo1nuBTQ1+jTtofqwn4NWQ2k0Tn5mNTjgUg=='
    }
  }
}

/**
 * The path of dynoxide's program; on the first call it is installed from npm (7 MB) into `.tools/`. It stays out of
 * package.json: it is there for one platform, and `npm ci` must pass on all.
 *
 * @throws Error on a platform that it is not made for, and when npm cannot fetch it, with what npm printed
 */
export const installedDynoxide = async (
  deadline: AbortSignal,
  here = `${process.platform}-${process.arch}`
): Promise<string> => {
  if (here !== platform)
    throw new Error(
      `dynoxide ${version} is made for ${platform}, and this is ${here}: run these tests there, or set DYNAMODB_ENDPOINT to a DynamoDB of your own`
    )
  if (!(await isInstalled())) await install(deadline)
  return program
}

const isInstalled = (): Promise<boolean> =>
  access(program).then(
    () => true,
    () => false
  )

/** Installs beside the final place and moves it there whole, so that neither a cut-off nor a second install shows. */
const install = async (signal: AbortSignal): Promise<void> => {
  await mkdir(tools, { recursive: true })
  const fresh = await mkdtemp(`${home}-`)
  try {
    await writeFile(join(fresh, 'package.json'), JSON.stringify({ private: true, dependencies }))
    await writeFile(join(fresh, 'package-lock.json'), JSON.stringify(lock))
    // npm is a script of Node: the project's own Node runs it.
    const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
    await promisify(execFile)('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund'], {
      cwd: fresh,
      env: { ...process.env, PATH },
      signal
    }).catch(({ message, stderr = '' }) => {
      throw new Error(`npm could not install ${name}@${version} and printed:\n${stderr || message}`)
    })
    await rename(fresh, home).catch(async (error) => {
      // Somebody else may have been faster; then theirs is as good as ours.
      if (!(await isInstalled())) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}
