import { once } from 'node:events'
import { extname } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'

/** Tables on disk are closed in order; longer than this nobody waits for it. */
const mostCloseMs = 5_000

/** DynamoDB inside this process: for trying and testing. */
export interface EmbeddedDynamodb {
  readonly endpoint: string
  close(): Promise<void>
}

/**
 * Starts dynalite in a worker thread on 127.0.0.1.
 *
 * @param port 0 for any free one
 * @param path the folder that keeps the tables; in memory without one. One process at a time may use it.
 * @throws Error with the system's code (`EADDRINUSE`) when it cannot listen
 */
export const startEmbeddedDynamodb = async (port = 0, path?: string): Promise<EmbeddedDynamodb> => {
  const worker = new Worker(new URL(`./dynamodb-worker${extname(import.meta.url)}`, import.meta.url), {
    workerData: { port, path },
    execArgv: ['--no-warnings']
  })
  const started = await new Promise<{ readonly port?: number; readonly error?: string }>(
    (resolve, reject) => {
      worker.once('message', resolve)
      worker.once('error', reject)
    }
  )
  if (started.port === undefined) {
    await worker.terminate()
    throw new Error(`the embedded DynamoDB cannot listen on port ${port} (${started.error})`)
  }
  return {
    endpoint: `http://127.0.0.1:${started.port}`,
    async close() {
      if (path !== undefined) {
        // Whoever has closed it need not sit out the time that it was given.
        const closed = Promise.race([once(worker, 'message'), wait(mostCloseMs, undefined, { ref: false })])
        worker.postMessage('close')
        await closed
      }
      await worker.terminate()
    }
  }
}
