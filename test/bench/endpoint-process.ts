import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { request } from 'node:https'

export interface Counts {
  /** Different rows that were stored. */
  readonly rows: number
  /** Writes that were taken, repeats included. */
  readonly puts: number
  readonly calls: number
}

/** A DynamoDB in a process of its own that answers at once and counts. */
export interface BenchEndpoint {
  readonly url: string
  counts(): Promise<Counts>
  /** Forgets all; with `units` it is a table of that capacity from now on, else it takes everything. */
  reset(units?: number): Promise<void>
  close(): void
}

/** @param tlsFolder holds key.pem and certificate.pem; without it the endpoint speaks plain HTTP */
export const startEndpoint = async (tlsFolder?: string): Promise<BenchEndpoint> => {
  const script = new URL('endpoint.ts', import.meta.url).pathname
  const args = tlsFolder === undefined ? [script] : [script, '--tls', tlsFolder]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  process.once('exit', () => child.kill())
  const [line] = await once(child.stdout, 'data')
  const url = String(line).trim()
  const ask = async (path: string): Promise<unknown> =>
    tlsFolder === undefined
      ? (await fetch(`${url}${path}`)).json()
      : askTls(`${url}${path}`, readFileSync(`${tlsFolder}/certificate.pem`))
  return {
    url,
    counts: async () => (await ask('/counts')) as Counts,
    async reset(units = 0) {
      await ask(`/reset?units=${units}`)
    },
    close: () => child.kill()
  }
}

const askTls = (url: string, ca: Buffer): Promise<unknown> =>
  new Promise((resolve, reject) => {
    request(url, { ca, agent: false }, async (answer) => {
      let text = ''
      for await (const piece of answer) text += piece
      resolve(JSON.parse(text))
    })
      .on('error', reject)
      .end()
  })
