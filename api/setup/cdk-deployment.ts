import { spawn } from 'node:child_process'
import { readFile } from 'node:fs/promises'
import type { IAMClient } from '@aws-sdk/client-iam'
import * as z from 'zod'
import type { AwsDeployment } from './aws-deployment.ts'
import { type OtherTrusts, writeTrusts } from './cdk-json.ts'
import { mendTrust } from './role-trust.ts'

export interface CdkParts {
  /** The folder of cdk.json. */
  readonly root: URL
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
    const { root, iam } = parts
    const all = await writeTrusts(new URL('cdk.json', root), trusts, parts.others)
    const said = await runDeploy(parts)
    const { ApiUrl, InvokeRoleArn, UnloadRoleArn } = outputs.parse(
      JSON.parse(await readFile(new URL('.build/outputs.json', root), 'utf8'))
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

const runDeploy = ({ root, environment, show }: CdkParts): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', 'deploy', '--', '--require-approval', 'never'], {
      cwd: root,
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
