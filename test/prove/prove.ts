import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { createInterface } from 'node:readline'

// `npm run prove [-- part…]`: every `prove:<part>` of package.json, or the named ones, one after the other: what it
// prints as it comes, a line of progress between, and a table at the end. Exits with 1 when one of them failed.

const scripts = Object.keys(
  (JSON.parse(await readFile('package.json', 'utf8')) as { scripts: Record<string, string> }).scripts
)
const known = scripts.flatMap((name) => (name.startsWith('prove:') ? [name.slice('prove:'.length)] : []))
const named = process.argv.slice(2)
const unknown = named.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  process.stderr.write(`prove: there is no ${unknown.join(', ')}; there are ${known.join(', ')}\n`)
  process.exit(1)
}
const parts = named.length > 0 ? named : known

const clockText = (ms: number): string => {
  const seconds = Math.round(ms / 1000)
  return `${String(Math.floor(seconds / 60)).padStart(2)}:${String(seconds % 60).padStart(2, '0')}`
}

/** Runs one part and prints its lines behind its name. @returns whether it proved what it is for, and its last line */
const runPart = async (part: string): Promise<{ isTrue: boolean; said: string }> => {
  const child = spawn('npm', ['run', '--silent', `prove:${part}`], { stdio: ['ignore', 'pipe', 'inherit'] })
  let said = ''
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.trim() === '') continue
    said = line
    process.stdout.write(`  ${part} | ${line}\n`)
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return { isTrue: child.exitCode === 0, said }
}

const beganMs = performance.now()
const table: string[][] = []
let failed = 0
for (const [n, part] of parts.entries()) {
  process.stdout.write(`[${n + 1}/${parts.length}] ${clockText(performance.now() - beganMs)} ${part}\n`)
  const sinceMs = performance.now()
  const { isTrue, said } = await runPart(part)
  if (!isTrue) failed += 1
  table.push([part, isTrue ? 'true' : 'WRONG', clockText(performance.now() - sinceMs), said])
}
const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)))
process.stdout.write('\n')
for (const row of table)
  process.stdout.write(`${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}\n`)
process.stdout.write(`\n${parts.length - failed} passed, ${failed} failed\n`)
process.exitCode = failed === 0 ? 0 : 1
