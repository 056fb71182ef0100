import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { dirname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { DynamoDBClient, ListTablesCommand } from '@aws-sdk/client-dynamodb'
import type { Engine } from './engines.ts'
import { freePort } from './free-port.ts'
import { installedJar } from './install-dynamodb-local.ts'

const startDeadlineMs = 60_000
const stopDeadlineMs = 10_000
const portAttempts = 3
const stderrTailLength = 2000

/**
 * Starts AWS DynamoDB Local (Java 17 or later) with all tables in memory on a free port, installing it first when it
 * is not there. It offers no way to bind one interface: it listens on all of them, we speak to 127.0.0.1.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/DynamoDBLocal.UsageNotes.html
 *
 * @throws Error when Java is missing, or nothing answers within 60 s; it holds the end of what Java printed
 */
export const startDynamodbLocal = async (): Promise<Engine> => {
  const deadline = AbortSignal.timeout(startDeadlineMs)
  const jar = await installedJar(deadline)
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort()
    const engine = launch(jar, port)
    try {
      await answering(engine, deadline)
      return { endpoint: engine.endpoint, stop: () => stop(engine.java) }
    } catch (error) {
      await stop(engine.java)
      // Between our look and Java's bind somebody else may have taken the port.
      if (attempt === portAttempts || !/bind|in use/i.test(String(error))) throw error
    }
  }
}

interface Launched {
  readonly endpoint: string
  readonly java: ChildProcess
  /** Rejects when Java ends, with the reason; never resolves. */
  readonly ended: Promise<never>
}

const launch = (jar: string, port: number): Launched => {
  const folder = dirname(jar)
  const args = [`-Djava.library.path=${folder}/DynamoDBLocal_lib`, '-jar', jar]
  const java = spawn('java', [...args, '-inMemory', '-disableTelemetry', '-port', String(port)], {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let tail = ''
  const keepTail = (text: Buffer) => {
    tail = (tail + text).slice(-stderrTailLength)
  }
  java.stdout.on('data', keepTail)
  java.stderr.on('data', keepTail)
  const ended = new Promise<never>((_, reject) => {
    java.once('error', (cause) =>
      reject(new Error(`java cannot be started (${cause.message}); install Java 17 or later`, { cause }))
    )
    java.once('close', (code, signal) =>
      reject(new Error(`DynamoDB Local ended (${code ?? signal}) and printed:\n${tail}`))
    )
  })
  ended.catch(() => {})
  // A test process that dies early takes its Java with it.
  const endJava = () => java.kill('SIGKILL')
  process.once('exit', endJava)
  java.once('close', () => process.off('exit', endJava))
  return { endpoint: `http://127.0.0.1:${port}`, java, ended }
}

const answering = async ({ endpoint, ended }: Launched, deadline: AbortSignal): Promise<void> => {
  const credentials = { accessKeyId: 'test', secretAccessKey: 'test' }
  const client = new DynamoDBClient({ endpoint, region: 'us-east-1', credentials, maxAttempts: 1 })
  try {
    for (;;) {
      const answer = client.send(new ListTablesCommand(), { abortSignal: deadline })
      const up = await Promise.race([ended, answer.then(() => true).catch(() => false)])
      if (up) return
      if (deadline.aborted) throw new Error(`DynamoDB Local did not answer within ${startDeadlineMs} ms`)
      await Promise.race([ended, wait(100)])
    }
  } finally {
    client.destroy()
  }
}

const stop = async (java: ChildProcess): Promise<void> => {
  if (java.pid === undefined || java.exitCode !== null || java.signalCode !== null) return
  const closed = once(java, 'close')
  java.kill('SIGTERM')
  const kill = setTimeout(() => java.kill('SIGKILL'), stopDeadlineMs)
  await closed
  clearTimeout(kill)
}
