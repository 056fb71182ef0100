import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { cpus, tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../../infra/bundle.ts'
import { selfSigned } from '../support/self-signed.ts'
import { readSettings, type Section } from './bench-settings.ts'
import { bundleScripts } from './bundled-scripts.ts'
import { type BenchEndpoint, startEndpoint } from './endpoint-process.ts'
import { type Entrant, type Figure, race } from './figures.ts'
import { keepResults } from './kept-results.ts'
import { type LoadFormat, loadRows } from './loads.ts'
import { findPython } from './python.ts'
import { type Result, report } from './report.ts'
import type { Mode } from './rows.ts'
import { type BenchWriter, nodeWriter, pythonWriter } from './run-writer.ts'
import { compareUnderFaults } from './under-faults.ts'

// `npm run bench`: rows a CPU second, side by side with what a user would pick instead: the same rows, an endpoint in a
// process of its own that answers at once and counts different ids, each writer in a process of its own.

const settings = readSettings(process.argv.slice(2), import.meta.dirname)
const python = settings.hasPython ? await findPython() : undefined
const has = (section: Section): boolean => settings.only.has(section)
const results: Result[] = []
const note = (result: Result): void => {
  results.push(result)
  process.stdout.write(`${report([result])}\n`)
}

const built = mkdtempSync(join(tmpdir(), 'bench-bundle-'))
process.once('exit', () => rmSync(built, { recursive: true, force: true }))
const { push } = await bundle(built)
const BENCH_BUNDLE = join(push, 'index.mjs')
const scriptOf = await bundleScripts(join(built, 'scripts'))

const titles = {
  put: 'Puts',
  update: 'Updates',
  version: 'Versioned puts',
  tls: 'Puts through TLS',
  bucket: 'A table of 4,000 units',
  growth: 'Growth'
} as const
const loop = 'lib-dynamodb loop'
const handler = (env: NodeJS.ProcessEnv = {}): BenchWriter =>
  nodeWriter('push_to_dynamo, HTTP handler', scriptOf('handler'), {}, { BENCH_BUNDLE, ...env })
const loader = (format: LoadFormat, env: NodeJS.ProcessEnv = {}, wholeFile = false): BenchWriter => ({
  name: `push_to_dynamo, loader, ${format}`,
  run: ({ endpoint, rows }) =>
    loadRows({ endpoint, worker: scriptOf('loader') }, format, rows, { wholeFile, env })
})

/** Handler, loop and boto3 for one mode; a write of its own a row costs them all many times more, so fewer are made. */
const entrantsOf = (mode: Mode, env: NodeJS.ProcessEnv = {}): Entrant[] => {
  const rows = mode === 'put' ? settings.rows : Math.ceil(settings.rows / 10)
  const slow = Math.ceil(rows / (mode === 'put' ? 4 : 10))
  const { name } = handler(env)
  return [
    { writer: handler(env), task: { rows, mode, inFlight: 8 } },
    ...(mode === 'put'
      ? // As an instance of the Lambda has them.
        [
          {
            writer: { ...handler(env), name: `${name}, one batch at a time` },
            task: { rows, mode, inFlight: 1 }
          }
        ]
      : []),
    {
      writer: { ...handler({ ...env, PUSH_WRITER: 'sdk' }), name: `${name}, PUSH_WRITER=sdk` },
      task: { rows: slow, mode, inFlight: 8 }
    },
    {
      writer: nodeWriter(loop, scriptOf('loop'), {}, env),
      task: { rows: mode === 'put' ? rows : slow, mode, inFlight: 16 }
    },
    ...(python === undefined
      ? []
      : [{ writer: pythonWriter(python, 'boto3', pythonEnv(env)), task: { rows: slow, mode, inFlight: 1 } }]),
    ...(python === undefined || mode !== 'put'
      ? []
      : [
          {
            writer: pythonWriter(python, 'awswrangler', pythonEnv(env)),
            task: { rows: slow, mode, inFlight: 1 }
          }
        ])
  ]
}
const pythonEnv = (env: NodeJS.ProcessEnv): NodeJS.ProcessEnv =>
  env.NODE_EXTRA_CA_CERTS === undefined ? {} : { AWS_CA_BUNDLE: env.NODE_EXTRA_CA_CERTS }

const plain = await startEndpoint()
try {
  if (has('put') || has('load')) {
    const files = (['ndjson.gz', 'csv.gz', 'parquet'] as const).map(
      (format): Entrant => ({
        writer: loader(format),
        task: { rows: settings.rows, mode: 'put', inFlight: 1 }
      })
    )
    const entrants = [...(has('put') ? entrantsOf('put') : []), ...(has('load') ? files : [])]
    note({
      kind: 'speed',
      title: titles.put,
      against: loop,
      figures: await race(entrants, plain, settings.rounds)
    })
  }
  for (const mode of ['update', 'version'] as const)
    if (has(mode)) {
      const figures = await race(entrantsOf(mode), plain, settings.rounds)
      note({ kind: 'speed', title: titles[mode], against: loop, figures })
    }
  if (has('tls')) await overTls()
  if (has('bucket'))
    note({ kind: 'bucket', title: titles.bucket, units: 4_000, figures: await onABucket(plain) })
  if (has('growth')) note({ kind: 'growth', title: titles.growth, figures: await grown(plain) })
} finally {
  plain.close()
}
if (has('faults')) await compareUnderFaults(5_000, 5)

if (settings.saveTo !== undefined) {
  const [cpu] = cpus()
  const args = process.argv.slice(2).join(' ')
  keepResults(
    settings.saveTo,
    results,
    {
      command: `npm run bench${args === '' ? '' : ` -- ${args}`}`,
      date: new Date().toISOString().slice(0, 10),
      commit: execFileSync('git', ['rev-parse', '--short', 'HEAD']).toString().trim(),
      machine: `${cpus().length} x ${cpu?.model ?? 'unknown CPU'}, Node ${process.version}`
    },
    Object.values(titles)
  )
}

async function overTls(): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'bench-tls-'))
  const { certificateFile } = await selfSigned(folder)
  const env = { NODE_EXTRA_CA_CERTS: certificateFile }
  const endpoint = await startEndpoint(folder)
  try {
    const ndjson = {
      writer: loader('ndjson.gz', env),
      task: { rows: settings.rows, mode: 'put', inFlight: 1 } as const
    }
    const figures = await race([...entrantsOf('put', env), ndjson], endpoint, settings.rounds)
    note({ kind: 'speed', title: titles.tls, against: loop, figures })
  } finally {
    endpoint.close()
    rmSync(folder, { recursive: true })
  }
}

/**
 * 64 batches of 500 rows in flight; 19 seconds of capacity and its burst, for us four times as many, since what a statement
 * takes before its first call and after its last does not grow with its rows. boto3, one call at a time, gets a quarter.
 */
async function onABucket(endpoint: BenchEndpoint): Promise<Figure[]> {
  const units = 4_000
  const task = { rows: 20 * units, mode: 'put', inFlight: 64 } as const
  const entrants: Entrant[] = [
    { writer: nodeWriter('push_to_dynamo', scriptOf('statement')), task: { ...task, rows: 80 * units } },
    { writer: nodeWriter(`${loop}, answer not looked at`, scriptOf('loop')), task },
    { writer: nodeWriter(`${loop}, unprocessed sent again`, scriptOf('loop'), { resends: true }), task },
    ...(python === undefined
      ? []
      : [{ writer: pythonWriter(python, 'boto3'), task: { ...task, rows: 5 * units } }])
  ]
  return race(entrants, endpoint, 1, units)
}

/** Ten times the rows, 64 times the batches in flight, ten times the file; `npm run prove:large-chunk` goes to 1 GB. */
async function grown(endpoint: BenchEndpoint): Promise<Figure[]> {
  const row = (name: string, writer: BenchWriter, rows: number, inFlight: number): Entrant => ({
    writer: { ...writer, name: `${writer.name}, ${name}` },
    task: { rows, mode: 'put', inFlight }
  })
  const { rows } = settings
  const bytesPerRow = { ndjson: 241, csv: 157 } as const
  return race(
    [
      row(`${rows / 4} rows`, handler(), rows / 4, 8),
      row(`${(rows / 4) * 10} rows`, handler(), (rows / 4) * 10, 8),
      ...[1, 8, 64].map((inFlight) => row(`${inFlight} batches in flight`, handler(), rows, inFlight)),
      ...(['ndjson', 'csv'] as const).flatMap((format) =>
        [10, 100].map((mb) =>
          row(
            `one file of ${mb} MB`,
            loader(format, {}, true),
            Math.round((mb * 1e6) / bytesPerRow[format]),
            1
          )
        )
      )
    ],
    endpoint,
    1
  )
}
