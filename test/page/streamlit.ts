import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { freePort } from '../support/free-port.ts'
import type { SessionServer } from './session-server.ts'

const app = fileURLToPath(new URL('../../sql/app', import.meta.url))
const session = fileURLToPath(new URL('session', import.meta.url))

export interface StreamlitServer {
  readonly url: string
  close(): Promise<void>
}

/** Serves a page of `sql/app` on 127.0.0.1 over the worksheet's session. */
export const startStreamlit = async (
  python: string,
  page: 'look' | 'operate',
  server: Pick<SessionServer, 'env'>
): Promise<StreamlitServer> => {
  const port = await freePort()
  const child = spawn(
    python,
    [
      ...[
        '-m',
        'streamlit',
        'run',
        `${page}.py`,
        '--server.headless',
        'true',
        '--server.address',
        '127.0.0.1'
      ],
      ...[
        '--server.port',
        String(port),
        '--browser.gatherUsageStats',
        'false',
        '--server.fileWatcherType',
        'none',
        // No "Deploy" of Streamlit's own cloud.
        '--client.toolbarMode',
        'minimal'
      ]
    ],
    {
      cwd: app,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, ...server.env, PYTHONPATH: session }
    }
  )
  // The sleep timer of sql/app/.streamlit is Snowflake's own; Streamlit elsewhere wonders what it is.
  createInterface({ input: child.stderr }).on('line', (line) => {
    if (!line.includes('snowflake.sleep')) process.stderr.write(`${line}\n`)
  })
  const url = `http://127.0.0.1:${port}`
  await untilHealthy(`${url}/_stcore/health`, child)
  return {
    url,
    close: async () => {
      child.kill('SIGKILL')
      if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
    }
  }
}

const untilHealthy = async (url: string, child: ChildProcess): Promise<void> => {
  const end = Date.now() + 60_000
  for (;;) {
    if (child.exitCode !== null) throw new Error('streamlit did not start')
    const reply = await fetch(url, { signal: AbortSignal.timeout(5_000) }).catch(() => undefined)
    if (reply?.ok === true) return
    if (Date.now() > end) throw new Error('streamlit does not answer')
    await new Promise((resolve) => setTimeout(resolve, 200))
  }
}
