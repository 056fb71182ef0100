import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { proveAws } from './package/aws.ts'
import { proveConsumers } from './package/consumers.ts'
import { mustSay, type Place } from './package/place.ts'

// `npm run prove:package [-- push-to-dynamo-x.tgz] [commands apps aws]`: from the tarball alone, in an empty folder, what a user does: the
// worksheet, a load, a redrive; an app of each kind with the construct; the set-up on an emulated AWS. `PROVE_NODE=22.18`
// runs the package on that Node, which is fetched from the registry.

const root = new URL('../..', import.meta.url).pathname
const run = promisify(execFile)
const mostMs = 300_000

const say = (text: string): void => void process.stdout.write(`${text}\n`)

const megabytes = async (folder: string): Promise<string> => {
  const { stdout } = await run('du', ['-s', '--apparent-size', '--block-size=100K', folder])
  return `${(Number.parseInt(stdout, 10) / 10).toFixed(1)} MB`
}

/** The folder of a Node's program: this one, or one from the registry. */
const nodeFolder = async (folder: string): Promise<string> => {
  const wanted = process.env.PROVE_NODE
  if (wanted === undefined || process.versions.node.startsWith(`${wanted.split('.')[0]}.`))
    return dirname(process.execPath)
  await mkdir(folder)
  await writeFile(join(folder, 'package.json'), '{}')
  const name = `node-${process.platform}-${process.arch}`
  await run('npm', ['install', `${name}@~${wanted}`], { cwd: folder })
  return join(folder, 'node_modules', name, 'bin')
}

const open = async (folder: string, given: string | undefined): Promise<Place> => {
  const path = `${await nodeFolder(join(folder, 'node'))}:${process.env.PATH}`
  const { devDependencies } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'))
  if (given === undefined)
    await run('npm', ['pack', '--pack-destination', folder], { cwd: root, timeout: mostMs })
  const made = (await readdir(folder)).find((name) => name.endsWith('.tgz')) ?? ''
  return {
    folder,
    tarball: given === undefined ? join(folder, made) : resolve(given),
    version: (name) => `${name}@${devDependencies[name]}`,
    async inFolder(cwd, command, args, env = {}) {
      try {
        const options = { cwd, env: { ...process.env, ...env, PATH: path }, timeout: mostMs }
        const { stdout, stderr } = await run(command, args, options)
        return stdout + stderr
      } catch (error) {
        const { stdout = '', stderr = '', message } = error as Error & { stdout?: string; stderr?: string }
        throw new Error(`${command} ${args.join(' ')}: ${stdout}${stderr || message}`)
      }
    }
  }
}

/** The worksheet, a load and a redrive, as in the README. */
const proveCommands = async ({ folder, tarball, inFolder }: Place): Promise<string[]> => {
  const home = join(folder, 'empty')
  await mkdir(home)
  const here = (command: string, ...args: string[]) => inFolder(home, command, args)
  await here('npm', 'install', tarball)
  say(`tarball ${((await stat(tarball)).size / 1e6).toFixed(2)} MB, installed alone ${await megabytes(home)}`)
  mustSay(await here('npx', 'push-to-dynamo', '--version'), /^\d+\.\d+\.\d+\n$/)
  for (const name of ['start', 'serve', 'load', 'redrive', 'simulate', 'setup', 'doctor', 'deploy'])
    mustSay(await here('npx', 'push-to-dynamo', name, '--help'), new RegExp(`npx push-to-dynamo ${name}`))
  const refused = await here('npx', 'push-to-dynamo', 'start').catch((error: Error) => error.message)
  const [, install = ''] = mustSay(refused, /npm install --save-dev (.+)/)
  await here('npm', 'install', ...install.split(' '))
  say(`installed with the worksheet ${await megabytes(home)}`)
  mustSay(await here('npx', 'push-to-dynamo', 'start', '-e', 'select 41 + 1 as n'), /42/)
  mustSay(
    await here('npx', 'push-to-dynamo', 'start'),
    /The run is complete: 2 of 2 chunks, (\d+) of \1 rows/
  )
  await writeFile(join(home, 'orders.ndjson'), '{"id":"a-1","n":1}\n{"n":2}\n{"id":"a-3","n":3}\n')
  const loaded = await here('npx', 'push-to-dynamo', 'load', '--table', 'orders=id:S', 'orders.ndjson')
  const [, name = ''] = mustSay(loaded, /npx push-to-dynamo redrive (\S+)/)
  const kept = await readdir(join(home, '.local/bucket/rejected', name))
  const rejected = kept.find((each) => each.endsWith('.gz')) ?? ''
  await inFolder(join(home, '.local/bucket/rejected', name), 'sh', [
    '-c',
    `gzip -dc ${rejected} | sed 's/"n":2/"id":"a-2","n":2/' | gzip > mended && mv mended ${rejected}`
  ])
  mustSay(await here('npx', 'push-to-dynamo', 'redrive', name), /3 read, 3 written/)
  const node = (await here('node', '--version')).trim()
  return [`commands: worksheet, example, load and redrive work on ${node}`]
}

const parts = { commands: proveCommands, apps: proveConsumers, aws: proveAws }

const given = process.argv.slice(2)
const named = given.filter((each) => !each.endsWith('.tgz'))
const folder = await mkdtemp(join(tmpdir(), 'prove-package-'))
try {
  const place = await open(
    folder,
    given.find((each) => each.endsWith('.tgz'))
  )
  for (const [name, prove] of Object.entries(parts))
    if (named.length === 0 || named.includes(name)) for (const line of await prove(place)) say(line)
  say('the package does what the checkout does')
} finally {
  await rm(folder, { recursive: true, force: true })
}
