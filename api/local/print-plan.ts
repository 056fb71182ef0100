import type { LoadPlan } from '../load/plan-load.ts'

/** A plan as one JSON line, or as a few lines for people. */
export const printPlan = (plan: LoadPlan, isJson: boolean): void => {
  if (isJson) {
    process.stdout.write(`${JSON.stringify(plan)}\n`)
    return
  }
  const { rows, bytes, sampled, rejected, seconds } = plan
  const lines: ReadonlyArray<readonly [string, string]> = [
    ['rows', `${rows ?? 'unknown'}${sampled ? ', from a sample' : ''}`],
    ['rejected', String(rejected)],
    ['item bytes', String(bytes)],
    ['write units', `${plan.write_units} and ${plan.index_units} of indexes`],
    ['dollars', plan.dollars],
    ['  with skip_unchanged', plan.dollars_skip_unchanged],
    ...plan.roads
      .filter(({ engine }) => engine !== 'workers')
      .map(({ engine, dollars, refused }): [string, string] => [
        `  by engine ${engine}`,
        refused ?? dollars ?? 'possible; look its price up'
      ]),
    ['seconds at least', seconds === null ? 'the table says nothing of its capacity' : String(seconds)]
  ]
  for (const [name, value] of lines) process.stdout.write(`${name.padEnd(22)}${value}\n`)
  for (const text of plan.warnings) process.stdout.write(`  ${text}\n`)
  for (const text of plan.errors) process.stdout.write(`  ${text}\n`)
}
