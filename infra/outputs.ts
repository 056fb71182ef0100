import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'

/** What `cdk deploy --outputs-file` writes: stack → output → value. */
type StackOutputs = Readonly<Record<string, Readonly<Record<string, string>>>>

/**
 * Outputs of both stacks → `.build/outputs.json`, one flat object that the SQL installer reads:
 * `{"ApiUrl","ApiId","InvokeRoleArn","UnloadRoleArn","Bucket","EventBus","AlarmTopicArn","Tables","Region","Account",
 * "LoadQueueUrl","LoadDeadLettersUrl","SpillQueueUrl","SpillDeadLettersUrl","PushFunction","LoadFunction",
 * "SpillFunction"}`, all text. Exports between the stacks are left out.
 */
export const writeOutputs = async (from: string, to: string): Promise<void> => {
  const stacks = JSON.parse(await readFile(from, 'utf8')) as StackOutputs
  const entries = Object.values(stacks).flatMap((outputs) => Object.entries(outputs))
  const ours = entries.filter(([name]) => !/^(Exports|RowsApiEndpoint)/.test(name))
  await mkdir(dirname(to), { recursive: true })
  await writeFile(to, `${JSON.stringify(Object.fromEntries(ours), undefined, 2)}\n`)
}
