import { readFileSync } from 'node:fs'

/** What a writer process is asked to do; its first argument, as JSON. */
export interface Task {
  readonly endpoint: string
  readonly rows: number
  readonly mode: 'put' | 'update' | 'version'
  /** Batches of 500 rows, or calls, in flight. */
  readonly inFlight: number
  /** A loop that looks at UnprocessedItems and sends them again. */
  readonly resends?: boolean
}

/** What it tells at its end, as its last line. */
export interface Told {
  /** Rows that it calls stored. */
  readonly claimed: number
  /** User and system CPU while rows were written; loading code and making the rows does not count. */
  readonly cpuSeconds: number
  readonly seconds: number
  readonly peakMb: number
  readonly end: string
}

export const task = (): Task => JSON.parse(process.argv[2] ?? '{}') as Task

/** Rows are made and written slice by slice, so that no writer holds them all. */
export const sliceRows = 10_000

/** Counts CPU and time of the work alone. */
export const stopwatch = () => {
  let cpu = 0
  let ms = 0
  return {
    async run(work: () => Promise<void>): Promise<void> {
      const [usage, sinceMs] = [process.cpuUsage(), performance.now()]
      await work()
      const { user, system } = process.cpuUsage(usage)
      cpu += user + system
      ms += performance.now() - sinceMs
    },
    tell(claimed: number, end = 'ok'): void {
      const told: Told = { claimed, cpuSeconds: cpu / 1e6, seconds: ms / 1e3, peakMb: peakMb(), end }
      process.stdout.write(`\nTOLD ${JSON.stringify(told)}\n`)
    }
  }
}

/** `getrusage` would begin with the peak of who started the process. */
const peakMb = (): number => {
  try {
    return (Number(/^VmHWM:\s+(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) * 1024) / 1e6
  } catch {
    return process.resourceUsage().maxRSS / 1e3
  }
}
