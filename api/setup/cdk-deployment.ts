import { spawn } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { z } from 'zod'
import type { AwsDeployment } from './aws-deployment.ts'

const outputs = z.object({ ApiUrl: z.url(), Account: z.string() })

/**
 * The stacks of `infra/` by `npm run deploy`. The trusts are written to cdk.json first, so that every later
 * `npm run deploy` keeps them.
 *
 * @throws Error when the deployment fails; what cdk said is on the terminal
 */
export const cdkDeployment = (root: URL): AwsDeployment => ({
  async deploy(trusts) {
    const file = new URL('cdk.json', root)
    const text = await readFile(file, 'utf8')
    const cdk = JSON.parse(text)
    const { push_to_dynamo: settings } = cdk.context
    settings.snowflake = { ...settings.snowflake, ...trusts }
    const changed = `${JSON.stringify(cdk, undefined, 2)}\n`
    if (JSON.stringify(JSON.parse(text)) !== JSON.stringify(cdk)) await writeFile(file, changed)
    const said = await runDeploy(root)
    const { ApiUrl, Account } = outputs.parse(
      JSON.parse(await readFile(new URL('.build/outputs.json', root), 'utf8'))
    )
    // cdk says so once a stack.
    const isChanged = (said.match(/\(no changes\)/g) ?? []).length < 2
    return { apiUrl: ApiUrl.replace(/\/$/, ''), account: Account, isChanged }
  }
})

const runDeploy = (root: URL): Promise<string> =>
  new Promise((resolve, reject) => {
    const child = spawn('npm', ['run', 'deploy', '--', '--require-approval', 'never'], {
      cwd: root,
      stdio: ['inherit', 'pipe', 'pipe']
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (bytes: Buffer) => {
        // Only the tail is read again; a deployment may talk for an hour.
        said = (said + bytes.toString()).slice(-100_000)
        process.stderr.write(bytes)
      })
    child.on('error', reject)
    child.on('close', (code) =>
      code === 0
        ? resolve(said)
        : reject(new Error('cdk deploy failed; mend what it says above and run the set-up again'))
    )
  })
