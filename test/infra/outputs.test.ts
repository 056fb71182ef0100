import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { namesOf } from '../../infra/names.ts'
import { writeOutputs } from '../../infra/outputs.ts'
import { templatesOf } from './synthesized.ts'

it('the file of outputs holds all that the SQL installer asks for, one flat object of text', async () => {
  const { state, service } = templatesOf()
  const outputsOf = (template: typeof state) =>
    Object.fromEntries(Object.keys(template.toJSON().Outputs).map((name) => [name, `value of ${name}`]))
  const folder = await mkdtemp(join(tmpdir(), 'outputs-'))
  try {
    const { stateStack, serviceStack } = namesOf('push_to_dynamo')
    const stacks = { [stateStack]: outputsOf(state), [serviceStack]: outputsOf(service) }
    await writeFile(join(folder, 'stacks.json'), JSON.stringify(stacks))
    await writeOutputs(join(folder, 'stacks.json'), join(folder, 'new/outputs.json'))

    const names = [
      ...['Account', 'AlarmTopicArn', 'ApiId', 'ApiUrl', 'Bucket', 'EventBus', 'InvokeRoleArn'],
      ...['LoadDeadLettersUrl', 'LoadFunction', 'LoadQueueUrl', 'PushFunction', 'Region'],
      ...['SpillDeadLettersUrl', 'SpillFunction', 'SpillQueueUrl', 'Tables', 'UnloadRoleArn']
    ]
    expect(JSON.parse(await readFile(join(folder, 'new/outputs.json'), 'utf8'))).toEqual(
      Object.fromEntries(names.map((name) => [name, `value of ${name}`]))
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
