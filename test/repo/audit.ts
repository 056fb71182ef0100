import { spawnSync } from 'node:child_process'

// `npm run audit`: known holes in what is deployed (of weight high and above) are an error. A registry that does not
// answer audits, as some mirrors do not, is said and is none.

const { stdout, stderr } = spawnSync('npm', ['audit', '--json', '--omit=dev', '--audit-level=high'], {
  encoding: 'utf8'
})
interface Answer {
  readonly metadata?: { readonly vulnerabilities: Readonly<Record<string, number>> }
  readonly message?: string
}
const read = (): Answer => {
  try {
    return JSON.parse(stdout) as Answer
  } catch {
    return { message: stderr }
  }
}

const { metadata, message = '' } = read()
if (metadata === undefined) process.stdout.write(`audit: the registry does not answer: ${message.trim()}\n`)
else {
  const { high = 0, critical = 0 } = metadata.vulnerabilities
  process.stdout.write(`audit: ${critical} critical, ${high} high: npm audit --omit=dev tells which\n`)
  if (high + critical > 0) process.exitCode = 1
}
