import { readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

const textOf = (name: string): string => readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8')

// What a tag releases is one version, whoever says it.
it('package.json, lock file and the top of the changelog agree on the version', () => {
  const { version, name } = JSON.parse(textOf('package.json'))
  const lock = JSON.parse(textOf('package-lock.json'))
  const changelog = textOf('.github/CHANGELOG.md')
  const released = [...changelog.matchAll(/^## \[?(\d+\.\d+\.\d+)\]?/gm)].map(([, each]) => each)

  expect([lock.name, lock.version, lock.packages[''].version]).toEqual([name, version, version])
  expect(released[0]).toBe(version)
  expect(changelog).toMatch(/^## \[Unreleased\]$|^## \[?\d/m)
})

it('the tag of a release is compared with it before anything is published', () => {
  const workflow = textOf('.github/workflows/release.yml')
  expect(workflow).toContain('test "v$(node -p "require(\'./package.json\').version")" = "$GITHUB_REF_NAME"')
  expect(workflow.indexOf('GITHUB_REF_NAME')).toBeLessThan(workflow.indexOf('npm publish'))
  expect(workflow).toContain('id-token: write')
})
