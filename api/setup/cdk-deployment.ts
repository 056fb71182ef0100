import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { IAMClient } from '@aws-sdk/client-iam'
import * as z from 'zod'
import type { SettingsSource } from '../../infra/settings-source.ts'
import type { AwsDeployment } from './aws-deployment.ts'
import { type OtherTrusts, writeTrusts } from './cdk-json.ts'
import { mendTrust } from './role-trust.ts'
import { writableSettings } from './writable-settings.ts'

export interface CdkParts {
  /** Where the settings are, and what the deployment tells goes. */
  readonly source: SettingsSource
  /** Region and credentials of the deployment. */
  readonly environment: NodeJS.ProcessEnv
  readonly iam: IAMClient
  /** Told what cdk says. */
  readonly show: (text: Buffer) => void
  /** What becomes of another Snowflake account that is trusted already. */
  readonly others?: OtherTrusts
}

const outputs = z.object({ ApiUrl: z.url(), InvokeRoleArn: z.string(), UnloadRoleArn: z.string() })

/**
 * The stacks of `infra/` by `npm run deploy`. The trusts are written to cdk.json first; afterwards the roles are read
 * back, because CloudFormation does not see what somebody changed by hand.
 *
 * @throws Error when the deployment fails; what cdk said has been shown
 */
export const cdkDeployment = (parts: CdkParts): AwsDeployment => ({
  async deploy(trusts) {
    const { source, iam } = parts
    const all = await writeTrusts(await writableSettings(source), trusts, parts.others)
    const said = await runDeploy(parts)
    const { ApiUrl, InvokeRoleArn, UnloadRoleArn } = outputs.parse(
      JSON.parse(await readFile(`${source.outputs}/outputs.json`, 'utf8'))
    )
    const isMended = [
      await mendTrust(iam, InvokeRoleArn, all.invoke),
      await mendTrust(iam, UnloadRoleArn, all.unload)
    ].includes(true)
    // cdk says so once a stack.
    const isDeployed = (said.match(/\(no changes\)/g) ?? []).length < 2
    return {
      apiUrl: ApiUrl.replace(/\/$/, ''),
      isChanged: isDeployed || isMended,
      auditQueue: all.auditQueue
    }
  }
})

const runDeploy = ({ source, environment, show }: CdkParts): Promise<string> =>
  new Promise((resolve, reject) => {
    // The package has no scripts of npm: the program that runs is the one that deploys.
    const [command, ...args] = source.isCheckout
      ? ['npm', 'run', 'deploy', '--']
      : [process.execPath, process.argv[1] ?? '', 'deploy']
    const child = spawn(command ?? '', [...args, '--require-approval', 'never'], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe']
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        // Only the tail is read again; a deployment may talk for an hour.
        said = (said + bytes.toString()).slice(-100_000)
        show(bytes)
      })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(said)
        : reject(new Error('npm run deploy failed; mend what it says above and run the set-up again'))
    )
  })
