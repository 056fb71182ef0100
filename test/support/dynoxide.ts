import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import type { Engine } from './engines.ts'
import { freePort } from './free-port.ts'
import { installedDynoxide } from './install-dynoxide.ts'

const startDeadlineMs = 180_000
const stopDeadlineMs = 10_000
const portAttempts = 3
const printedLength = 2_000

/**
 * Starts dynoxide with all tables in memory on a free port of 127.0.0.1, installing it first when it is not there.
 * https://github.com/nubo-db/dynoxide
 *
 * @throws Error when there is none for this platform, or nothing answers within three minutes, with the end of what it printed
 */
export const startDynoxide = async (): Promise<Engine> => {
  const deadline = AbortSignal.timeout(startDeadlineMs)
  const program = await installedDynoxide(deadline)
  for (let attempt = 1; ; attempt += 1) {
    const engine = launch(program, await freePort())
    try {
      await answering(engine, deadline)
      return { endpoint: engine.endpoint, stop: () => stop(engine.child) }
    } catch (error) {
      await stop(engine.child)
      // Between our look and its bind somebody else may have taken the port.
      if (attempt === portAttempts || deadline.aborted) throw error
    }
  }
}

interface Launched {
  readonly endpoint: string
  readonly child: ChildProcess
  /** Rejects when it ends, with the reason; never resolves. */
  readonly ended: Promise<never>
}

const launch = (program: string, port: number): Launched => {
  const child = spawn(program, ['--host', '127.0.0.1', '--port', String(port)], {
    stdio: ['ignore', 'pipe', 'pipe']
  })
  let printed = ''
  const keep = (text: Buffer) => {
    printed = (printed + text).slice(-printedLength)
  }
  child.stdout.on('data', keep)
  child.stderr.on('data', keep)
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) =>
      reject(new Error(`dynoxide ended (${code ?? signal}) and printed:\n${printed}`))
    )
  })
  ended.catch(() => {})
  // A test process that dies early takes its engine with it.
  const endChild = () => child.kill('SIGKILL')
  process.once('exit', endChild)
  child.once('close', () => process.off('exit', endChild))
  return { endpoint: `http://127.0.0.1:${port}`, child, ended }
}

const answering = async ({ endpoint, ended }: Launched, deadline: AbortSignal): Promise<void> => {
  for (;;) {
    const answer = fetch(endpoint, { method: 'POST', body: '{}', signal: deadline })
    // Any answer will do, a refusal too.
    const isUp = await Promise.race([ended, answer.then(() => true).catch(() => false)])
    if (isUp) return
    if (deadline.aborted) throw new Error(`dynoxide did not answer within ${startDeadlineMs} ms`)
    await Promise.race([ended, wait(20)])
  }
}

const stop = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  child.kill('SIGTERM')
  const kill = setTimeout(() => child.kill('SIGKILL'), stopDeadlineMs)
  await closed
  clearTimeout(kill)
}
