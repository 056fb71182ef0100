import { execFile } from 'node:child_process'
import { existsSync, globSync, readFileSync } from 'node:fs'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { missingPeers, peersText } from '../../api/cli/peers.ts'
import { asPackagedText } from '../../infra/package/as-packaged.ts'
import { buildPackage } from '../../infra/package/build-package.ts'
import { noticesOf } from '../../infra/package/in-bundles.ts'
import { packedFiles, packedManifest } from '../../infra/package/manifest.ts'
import { zipOf } from '../../infra/package/zip.ts'

// The cheap part; `npm run prove:package` installs the tarball and does with it what a user does.

const root = new URL('../..', import.meta.url).pathname
const checkout = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
const manifest = packedManifest(checkout, 'https://github.com/owner/name') as Record<string, never>

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'package-'))
  await buildPackage(folder, 'quick')
})
afterAll(() => rm(folder, { recursive: true, force: true }))

describe('the package', () => {
  it('holds the build, the scripts for Snowflake, and nothing else of the checkout', () => {
    const files = globSync('**/*', { cwd: folder, withFileTypes: true })
      .filter((each) => each.isFile())
      .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
      .filter((name) => !/^cli\/chunk|^cli\/[\w-]+-[A-Z0-9]{8}\.js$/.test(name))
      .toSorted()

    expect(files).toEqual([
      'NOTICES.txt',
      'cdk/index.js',
      'cdk/package.json',
      'cli/app.js',
      'cli/bin.mjs',
      'cli/dynamodb-worker.js',
      'cli/push-to-dynamo.js',
      'lambda/bulk.zip',
      'lambda/push.zip',
      'lambda/version.json',
      'sbom.cdx.json'
    ])
    expect(packedFiles).toEqual([
      '.build/dist/',
      'sql/',
      'api/local/worksheet/snowflake-functions.sql',
      'README.md',
      'LICENSE'
    ])
  })

  it('brings nothing to install: what some commands need is an optional peer, tested with the pins of the checkout', () => {
    const { peerDependencies, peerDependenciesMeta, testedPeers, ...rest } = manifest
    expect(Object.keys(rest)).not.toEqual(expect.arrayContaining(['dependencies']))
    expect(rest).not.toHaveProperty('optionalDependencies')
    expect(Object.keys(peerDependenciesMeta ?? {})).toEqual(Object.keys(peerDependencies ?? {}))
    for (const [name, version] of Object.entries(testedPeers ?? {}))
      expect(checkout.devDependencies[name]).toBe(version)
    expect(rest.repository).toEqual({ type: 'git', url: 'git+https://github.com/owner/name.git' })
    expect(rest).not.toHaveProperty('private')
  })

  it('has nothing of the checkout in its texts: commands are those of npx', async () => {
    const texts = await Promise.all(
      globSync('{cli,cdk}/**/*.js', { cwd: folder }).map((name) => readFile(join(folder, name), 'utf8'))
    )
    const ours = /npm (start|run (start|serve|load|redrive|look|simulate|setup|doctor|deploy))\b.{0,30}/g
    expect(texts.flatMap((text) => text.match(ours) ?? [])).toEqual([])
    expect(texts.join()).toContain('npx push-to-dynamo redrive')
  })

  it('says what is in its bundles, each package with its notice', async () => {
    const { components } = JSON.parse(await readFile(join(folder, 'sbom.cdx.json'), 'utf8'))
    const notices = await readFile(join(folder, 'NOTICES.txt'), 'utf8')
    const names = components.map(({ name }: { name: string }) => name)

    expect(names).toEqual(expect.arrayContaining(['zod', 'fastify', '@aws-sdk/client-dynamodb']))
    for (const name of ['aws-cdk-lib', 'dynalite', '@duckdb/node-api', 'snowflake-sdk', 'typescript'])
      expect(names).not.toContain(name)
    for (const { name, version, hashes } of components) {
      expect(notices).toContain(`${name} ${version}`)
      expect(hashes, name).toHaveLength(1)
    }
  })
})

describe('the construct as CommonJS', () => {
  it('loads by require, and synthesizes from its own zips', async () => {
    const program = `
      const { App, Stack } = require('aws-cdk-lib')
      const { PushToDynamo } = require(${JSON.stringify(join(folder, 'cdk/index.js'))})
      const app = new App({ analyticsReporting: false, outdir: ${JSON.stringify(join(folder, 'out'))} })
      const push = new PushToDynamo(new Stack(app, 'Orders'), 'Push', { tables: ['orders'] })
      console.log(push.name, Object.keys(app.synth().stacks[0].template.Resources).length)`
    const { stdout } = await promisify(execFile)(process.execPath, ['-e', program], {
      cwd: root,
      env: { ...process.env, NODE_PATH: join(root, 'node_modules'), CDK_VALIDATION: 'false' }
    })
    expect(stdout).toMatch(/^orders_push \d+\n$/)
    expect(existsSync(join(folder, 'out'))).toBe(true)
  }, 60_000)
})

describe('what is not installed', () => {
  const nowhere = ['/nowhere/bin.js', '/nowhere/app'] as const

  it('is named all at once, with the one command that brings it', () => {
    const missing = missingPeers(['start'], {}, nowhere)
    expect(missing).toEqual(['@duckdb/node-api', '@polyglot-sql/sdk', 'dynalite'])
    const text = peersText('start', missing, { dynalite: '4.0.0' })
    expect(text).toContain(
      'npm install --save-dev @duckdb/node-api@latest @polyglot-sql/sdk@latest dynalite@4.0.0'
    )
    expect(text).toContain('--package dynalite@4.0.0 push-to-dynamo start')
  })

  it.each([
    [['start', '--help'], {}, []],
    [['serve'], { DYNAMODB_ENDPOINT: 'http://127.0.0.1:8000' }, []],
    [['load'], {}, ['dynalite']],
    [['simulate'], {}, []],
    [['setup', '--dry-run'], {}, []],
    [['setup', '--stack', 'Orders'], {}, ['snowflake-sdk']],
    [['setup'], {}, ['snowflake-sdk', 'aws-cdk', 'aws-cdk-lib', 'constructs']],
    [['deploy'], {}, ['aws-cdk', 'aws-cdk-lib', 'constructs']]
  ])('for %j, %j is %j', (args, env, names) => {
    expect(missingPeers(args, env, nowhere)).toEqual(names)
  })

  it('is found beside this file, or from the folder of the caller', () => {
    for (const from of [[import.meta.filename, '/nowhere'] as const, ['/nowhere/bin.js', root] as const])
      expect(missingPeers(['setup'], {}, from)).toEqual([])
  })
})

it.each([
  ['npm run redrive -- <run>', 'npx push-to-dynamo redrive <run>'],
  ['see npm start -- --help', 'see npx push-to-dynamo start --help'],
  ['npm run doctor', 'npx push-to-dynamo doctor'],
  ['npm run prove', 'npm run prove'],
  ['npm ci && npm start', 'npm ci && npx push-to-dynamo start']
])('"%s" is in the package "%s"', (text, packaged) => {
  expect(asPackagedText(text)).toBe(packaged)
})

it('a zip is the same bytes from the same files, in any order', () => {
  const files = ['b.mjs', 'a.mjs'].map((name) => ({ name, content: Buffer.from(name.repeat(99)) }))
  expect(zipOf(files).equals(zipOf(files.toReversed()))).toBe(true)
  expect(noticesOf([])).toContain('push-to-dynamo')
})
