import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'

/** One tab of a headless Chromium, driven over its debug protocol: https://chromedevtools.github.io/devtools-protocol */
export interface Tab {
  open(url: string): Promise<void>
  /** The value of a JavaScript expression in the page, by JSON. */
  look<T>(expression: string): Promise<T>
  /** Waits until an expression is true. @throws Error naming it when it stays false for 60 s */
  until(expression: string): Promise<void>
  /** Types into what has the focus. */
  type(text: string): Promise<void>
  resize(width: number, height: number, scheme: 'light' | 'dark'): Promise<void>
  /** Writes a PNG of the whole window. */
  picture(path: string): Promise<void>
  /** Errors of the page's log since it was opened. */
  readonly errors: readonly string[]
  close(): Promise<void>
}

const patienceMs = 60_000

/** @param command the browser, e.g. Debian's `chromium` */
export const openTab = async (command: string): Promise<Tab> => {
  const profile = await mkdtemp(join(tmpdir(), 'page-browser-'))
  const browser = spawn(
    command,
    [
      '--headless=new',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      '--remote-debugging-port=0',
      `--user-data-dir=${profile}`,
      'about:blank'
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] }
  )
  const socket = new WebSocket(await tabAddress(await debugPort(browser)))
  await once(socket, 'open', { signal: AbortSignal.timeout(patienceMs) })
  const { send, on } = protocol(socket)
  const errors: string[] = []
  on('Runtime.exceptionThrown', ({ exceptionDetails }) =>
    errors.push(
      `${exceptionDetails.text} ${exceptionDetails.exception?.description ?? ''} ${exceptionDetails.url ?? ''}`
    )
  )
  on('Log.entryAdded', ({ entry }) => {
    if (entry.level === 'error') errors.push(`${entry.text} ${entry.url ?? ''}`)
  })
  for (const part of ['Page', 'Runtime', 'Log']) await send(`${part}.enable`)

  const look = async <T>(expression: string): Promise<T> => {
    const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true })
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${exceptionDetails.text}`)
    return result.value as T
  }
  const until = async (expression: string): Promise<void> => {
    const end = Date.now() + patienceMs
    while (!(await look<boolean>(expression))) {
      if (Date.now() > end)
        throw new Error(`this stayed false: ${expression}\n${await look('document.body.innerText')}`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
  return {
    look,
    until,
    errors,
    type: async (text) => void (await send('Input.insertText', { text })),
    open: async (url) => void (await send('Page.navigate', { url })),
    async resize(width, height, scheme) {
      await send('Emulation.setDeviceMetricsOverride', { width, height, deviceScaleFactor: 1, mobile: false })
      await send('Emulation.setEmulatedMedia', {
        features: [{ name: 'prefers-color-scheme', value: scheme }]
      })
    },
    async picture(path) {
      const { data } = await send('Page.captureScreenshot', { format: 'png' })
      await writeFile(path, Buffer.from(String(data), 'base64'))
    },
    async close() {
      socket.close()
      browser.kill('SIGKILL')
      if (browser.exitCode === null && browser.signalCode === null) await once(browser, 'exit')
      await rm(profile, { recursive: true, force: true, maxRetries: 5 })
    }
  }
}

const debugPort = async (browser: ChildProcess): Promise<string> => {
  if (browser.stderr === null) throw new Error('the browser has no log')
  for await (const line of createInterface({
    input: browser.stderr,
    signal: AbortSignal.timeout(patienceMs)
  })) {
    const port = /DevTools listening on ws:\/\/127\.0\.0\.1:(\d+)/.exec(line)?.[1]
    if (port !== undefined) {
      browser.stderr.resume()
      return port
    }
  }
  throw new Error('the browser did not start')
}

const tabAddress = async (port: string): Promise<string> => {
  const tabs = (await (await fetch(`http://127.0.0.1:${port}/json/list`)).json()) as {
    type: string
    webSocketDebuggerUrl: string
  }[]
  const address = tabs.find(({ type }) => type === 'page')?.webSocketDebuggerUrl
  if (address === undefined) throw new Error('the browser has no tab')
  return address
}

// biome-ignore lint/suspicious/noExplicitAny: the protocol's answers have a form a command
type Answer = any

const protocol = (socket: WebSocket) => {
  const waiting = new Map<number, (answer: Answer) => void>()
  const listeners = new Map<string, (params: Answer) => void>()
  let last = 0
  socket.addEventListener('message', ({ data }) => {
    const message = JSON.parse(String(data)) as {
      id?: number
      result?: Answer
      error?: Answer
      method?: string
      params?: Answer
    }
    if (message.id !== undefined) waiting.get(message.id)?.(message)
    else if (message.method !== undefined) listeners.get(message.method)?.(message.params)
  })
  return {
    on: (event: string, listener: (params: Answer) => void) => void listeners.set(event, listener),
    send: (method: string, params: object = {}): Promise<Answer> =>
      new Promise((resolve, reject) => {
        last += 1
        const id = last
        const timer = setTimeout(() => reject(new Error(`no answer to ${method}`)), patienceMs)
        waiting.set(id, (message) => {
          waiting.delete(id)
          clearTimeout(timer)
          if (message.error === undefined) resolve(message.result)
          else reject(new Error(`${method}: ${message.error.message}`))
        })
        socket.send(JSON.stringify({ id, method, params }))
      })
  }
}
