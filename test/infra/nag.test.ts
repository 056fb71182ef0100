import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validations } from 'aws-cdk-lib'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import { describe, expect, it } from 'vitest'
import { appOf, fullSettings } from './synthesized.ts'

interface Report {
  readonly pluginReports: ReadonlyArray<{
    readonly violations: ReadonlyArray<{
      readonly ruleName: string
      readonly violatingConstructs: ReadonlyArray<{ readonly constructPath: string }>
    }>
  }>
}

const findingsOf = async (settings: unknown): Promise<string[]> => {
  const outdir = await mkdtemp(join(tmpdir(), 'nag-'))
  try {
    const { app } = appOf(settings, outdir)
    Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app))
    try {
      app.synth()
    } catch (error) {
      // Findings make synth throw; the report says which.
      if ((error as Error).name !== 'ValidationFailed') throw error
    }
    const report = JSON.parse(await readFile(join(outdir, 'validation-report.json'), 'utf8')) as Report
    return report.pluginReports.flatMap(({ violations }) =>
      violations.flatMap(({ ruleName, violatingConstructs }) =>
        violatingConstructs.map(({ constructPath }) => `${ruleName} at ${constructPath}`)
      )
    )
  } finally {
    await rm(outdir, { recursive: true, force: true })
  }
}

describe('cdk-nag, AwsSolutions and Serverless', () => {
  it('finds nothing that is not explained', async () => {
    expect(await findingsOf(fullSettings)).toEqual([])
  })

  it('finds nothing that is not explained with a key of our own', async () => {
    expect(await findingsOf({ ...fullSettings, ownKey: true })).toEqual([])
  })

  it('is really asked: a name with * in the settings is found', async () => {
    const findings = await findingsOf({ tables: { existing: ['customer_*'] } })

    expect(findings.join()).toContain('AwsSolutions-IAM5[Resource::')
  })
})
