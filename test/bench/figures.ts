import type { BenchEndpoint } from './endpoint-process.ts'
import type { Task, Told } from './measured.ts'
import type { BenchWriter } from './run-writer.ts'

/** What one writer needed for one kind of work: the median of its rounds. */
export interface Figure {
  readonly writer: string
  readonly rows: number
  readonly rowsPerCpuSecond: number
  readonly peakMb: number
  readonly calls: number
  /** Rows that it called stored and the endpoint never saw. */
  readonly lost: number
  readonly seconds: number
  readonly end: string
}

export interface Entrant {
  readonly writer: BenchWriter
  readonly task: Omit<Task, 'endpoint'>
}

const median = (values: readonly number[]): number =>
  values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0

/** Runs the entrants one after the other, round by round, so that a busy minute hits them all. */
export const race = async (
  entrants: readonly Entrant[],
  endpoint: BenchEndpoint,
  rounds: number,
  units = 0
): Promise<Figure[]> => {
  const runs = entrants.map((): Array<Told & { calls: number; stored: number }> => [])
  for (let round = 0; round < rounds; round += 1)
    for (const [n, { writer, task }] of entrants.entries()) {
      await endpoint.reset(units)
      const told = await writer.run({ ...task, endpoint: endpoint.url })
      const { calls, rows } = await endpoint.counts()
      runs[n]?.push({ ...told, calls, stored: rows })
      process.stderr.write(
        `  ${writer.name}: ${Math.round(told.claimed / told.cpuSeconds)} rows a CPU second\n`
      )
    }
  return entrants.map(({ writer, task }, n): Figure => {
    const own = runs[n] ?? []
    return {
      writer: writer.name,
      rows: task.rows,
      rowsPerCpuSecond: Math.round(median(own.map(({ claimed, cpuSeconds }) => claimed / cpuSeconds))),
      peakMb: Math.round(median(own.map(({ peakMb }) => peakMb))),
      calls: median(own.map(({ calls }) => calls)),
      lost: Math.max(...own.map(({ claimed, stored }) => Math.max(0, claimed - stored))),
      seconds: median(own.map(({ seconds }) => seconds)),
      end: own.find(({ end }) => end !== 'ok')?.end ?? 'ok'
    }
  })
}
