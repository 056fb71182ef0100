import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { request as plainRequest } from 'node:http'
import { request as secureRequest } from 'node:https'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { freePort } from './free-port.ts'
import { pythonWith } from './python-tool.ts'
import { selfSigned } from './self-signed.ts'

const installDeadlineMs = 300_000
const startDeadlineMs = 120_000
const stopDeadlineMs = 10_000
const printedLength = 2_000
const asAws = fileURLToPath(new URL('./ministack-as-aws.py', import.meta.url))
/** The emulated Lambdas run on the Node that runs this. */
const nodeBin = dirname(process.execPath)

/** How an emulated AWS is called, by whatever process: what `s3Client` and `sqsClient` take. */
export interface AwsAccess {
  readonly endpoint: string
  readonly region: string
  /** Root: skips all checks of policies. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: string }
  /** The certificate to trust, in PEM, and as a file for `NODE_EXTRA_CA_CERTS`; only when it is secure. */
  readonly ca?: string
  readonly caFile?: string
  /** Below it each emulated Lambda works in a folder `ministack-lambda-<function>-…`. */
  readonly folder: string
}

/** An emulated AWS that this process has started. */
export interface Ministack extends AwsAccess {
  /** Ends the process group and removes what it left. */
  stop(): Promise<void>
}

/**
 * Starts ministack on a free port of 127.0.0.1, installing it first when it is not there.
 *
 * @param secure with TLS, SigV4 and policies enforced; without is for plain contract suites
 * @throws Error when it does not answer within two minutes; it holds the end of what it printed
 */
export const startMinistack = async ({ secure = true } = {}): Promise<Ministack> => {
  const python = await pythonWith('ministack', AbortSignal.timeout(installDeadlineMs))
  const folder = await mkdtemp(join(tmpdir(), 'ministack-'))
  const removed = () => rm(folder, { recursive: true, force: true })
  try {
    const certificate = secure ? await selfSigned(folder) : undefined
    const port = await freePort()
    const endpoint = `${secure ? 'https' : 'http'}://127.0.0.1:${port}`
    const child = spawn(python, [asAws], {
      cwd: folder,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        ...process.env,
        // Decides the Node version of emulated Lambdas.
        PATH: [nodeBin, process.env.PATH].join(delimiter),
        TMPDIR: folder,
        GATEWAY_PORT: String(port),
        BIND_HOST: '127.0.0.1',
        LAMBDA_EXECUTOR: 'local',
        IOT_MTLS_ENABLED: '0',
        SFTP_ENABLED: '0',
        MINISTACK_REGION: 'us-east-1',
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        ...(certificate && {
          AUTH: 'true',
          USE_SSL: '1',
          MINISTACK_SSL_CERT: certificate.certificateFile,
          MINISTACK_SSL_KEY: certificate.keyFile
        })
      }
    })
    try {
      await healthy(child, `${endpoint}/_ministack/health`, certificate?.ca)
    } catch (error) {
      await endGroup(child)
      throw error
    }
    return {
      endpoint,
      folder,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      ...(certificate && { ca: certificate.ca, caFile: certificate.certificateFile }),
      async stop() {
        await endGroup(child)
        await removed()
      }
    }
  } catch (error) {
    await removed()
    throw error
  }
}

const healthy = async (child: ChildProcess, url: string, ca: string | undefined): Promise<void> => {
  let printed = ''
  const keep = (text: Buffer) => {
    printed = (printed + text).slice(-printedLength)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  const endChild = () => signalGroup(child, 'SIGKILL')
  process.once('exit', endChild)
  const ended = new Promise<never>((_, reject) => {
    child.once('error', reject)
    child.once('close', () => {
      process.off('exit', endChild)
      reject(new Error(`ministack ended and printed:\n${printed}`))
    })
  })
  ended.catch(() => {})
  const deadline = Date.now() + startDeadlineMs
  while (!(await Promise.race([ended, answers(url, ca)]))) {
    if (Date.now() > deadline) throw new Error(`ministack did not answer and printed:\n${printed}`)
    await Promise.race([ended, wait(50)])
  }
}

const answers = (url: string, ca: string | undefined): Promise<boolean> =>
  new Promise((resolve) => {
    const options = { ...(ca && { ca }), timeout: 10_000 }
    const request = (ca ? secureRequest : plainRequest)(url, options, (answer) => {
      answer.resume()
      resolve(answer.statusCode === 200)
    })
    request.on('timeout', () => request.destroy())
    request.on('error', () => resolve(false))
    request.end()
  })

/** Its Lambda workers are in the group, too. */
const endGroup = async (child: ChildProcess): Promise<void> => {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const closed = once(child, 'close')
  signalGroup(child, 'SIGTERM')
  const kill = setTimeout(() => signalGroup(child, 'SIGKILL'), stopDeadlineMs)
  await closed
  clearTimeout(kill)
}

const signalGroup = (child: ChildProcess, signal: NodeJS.Signals): void => {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, signal)
  } catch {
    // It has ended by itself.
  }
}
