import { Worker } from 'node:worker_threads'

/** DynamoDB inside this process: for trying and testing, in memory. */
export interface EmbeddedDynamodb {
  readonly endpoint: string
  close(): Promise<void>
}

/**
 * Starts dynalite in a worker thread on 127.0.0.1.
 *
 * @param port 0 for any free one
 * @throws Error with the system's code (`EADDRINUSE`) when it cannot listen
 */
export const startEmbeddedDynamodb = async (port = 0): Promise<EmbeddedDynamodb> => {
  const worker = new Worker(new URL('./dynamodb-worker.ts', import.meta.url), {
    workerData: { port },
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
      await worker.terminate()
    }
  }
}
