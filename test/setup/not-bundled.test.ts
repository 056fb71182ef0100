import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { bundle } from '../../infra/bundle.ts'

it('the driver of Snowflake and the clients of the set-up stay out of the Lambdas', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'bundles-'))
  try {
    const { push, bulk } = await bundle(folder)
    for (const each of [push, bulk]) {
      const files = await readdir(each)
      const text = (await Promise.all(files.map((file) => readFile(join(each, file), 'utf8')))).join('\n')
      expect(text).toContain('DynamoDB')
      expect(text).not.toMatch(/SNOWFLAKE_JWT|fetchAsString|UpdateAssumeRolePolicy|DescribeStacks|sqlText/)
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
