import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Validations } from 'aws-cdk-lib'
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { Bucket } from 'aws-cdk-lib/aws-s3'
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag'
import type { Construct } from 'constructs'
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

const findingsOf = async (settings: unknown, spoil?: (scope: Construct) => unknown): Promise<string[]> => {
  const outdir = await mkdtemp(join(tmpdir(), 'nag-'))
  try {
    const { app, service } = appOf(settings, outdir)
    spoil?.(service)
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

// Whole apps, each synthesized for itself.
describe('cdk-nag, AwsSolutions and Serverless', { timeout: 60_000 }, () => {
  it('finds nothing that is not explained', async () => {
    expect(await findingsOf(fullSettings)).toEqual([])
  })

  it('finds nothing that is not explained with a key of our own', async () => {
    expect(await findingsOf({ ...fullSettings, ownKey: true })).toEqual([])
  })

  it('finds nothing that is not explained with gradual deployments, traces and another name', async () => {
    const settings = { ...fullSettings, name: 'orders_dev', api: { gradual: true }, tracing: true }

    expect(await findingsOf(settings)).toEqual([])
  })

  it('finds nothing that is not explained where tables are named with *, and one is yet to be imported', async () => {
    const existing = ['customer_*', 'arn:aws:dynamodb:eu-west-1:111122223333:table/order_*']

    expect(await findingsOf({ tables: { existing }, bulk: { imports: { measures: 'id:S' } } })).toEqual([])
  })

  it('is really asked: a plain bucket and a wide permission are found', async () => {
    const findings = await findingsOf(fullSettings, (scope) => {
      new Bucket(scope, 'Plain')
      new Role(scope, 'Wide', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') }).addToPolicy(
        new PolicyStatement({ actions: ['s3:*'], resources: ['*'] })
      )
    })

    for (const rule of [
      'AwsSolutions-S10',
      'AwsSolutions-IAM5[Action::s3:*]',
      'AwsSolutions-IAM5[Resource::*]'
    ])
      expect(findings.join()).toContain(rule)
  })
})
