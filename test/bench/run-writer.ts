import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { semiSpaceMb } from '../../api/runtime/lean-heap.ts'
import { sliceRows, type Task, type Told } from './measured.ts'
import { rowText } from './rows.ts'

/** A writer that runs in a process of its own. */
export interface BenchWriter {
  readonly name: string
  run(task: Task): Promise<Told>
}

const pythonScript = fileURLToPath(new URL('writers/python_writer.py', import.meta.url))

/** A writer of test/bench/writers. @param script its bundle @param env more of the environment, such as certificates to trust */
export const nodeWriter = (
  name: string,
  script: string,
  more: Partial<Task> = {},
  env: NodeJS.ProcessEnv = {}
): BenchWriter => ({
  name,
  run(task) {
    const args = [`--max-semi-space-size=${semiSpaceMb}`, script, JSON.stringify({ ...task, ...more })]
    return toldBy(
      spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ...env } })
    )
  }
})

/** boto3's batch_writer or awswrangler's put_items. */
export const pythonWriter = (
  python: string,
  name: 'boto3' | 'awswrangler',
  env: NodeJS.ProcessEnv = {}
): BenchWriter => ({
  name,
  async run(task) {
    const child = spawn(python, [pythonScript, name, JSON.stringify(task)], {
      stdio: ['pipe', 'pipe', 'inherit'],
      env: { ...process.env, ...env }
    })
    child.stdin.on('error', () => {})
    const told = toldBy(child)
    for (let first = 0; first < task.rows; first += sliceRows) {
      let text = ''
      for (let n = first; n < Math.min(task.rows, first + sliceRows); n += 1) text += `${rowText(n)}\n`
      if (!child.stdin.write(`${text}\n`)) await Promise.race([once(child.stdin, 'drain'), told])
    }
    child.stdin.end()
    return told
  }
})

const toldBy = async (child: ReturnType<typeof spawn>): Promise<Told> => {
  let told: Told | undefined
  if (child.stdout === null) throw new Error('the writer has no output')
  for await (const line of createInterface({ input: child.stdout }))
    if (line.startsWith('TOLD ')) told = JSON.parse(line.slice(5)) as Told
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  if (told === undefined)
    throw new Error(`a writer ended without figures (${child.exitCode ?? child.signalCode})`)
  return told
}
