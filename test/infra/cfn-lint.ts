import { spawnSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { pythonWith } from '../support/python-tool.ts'

// cfn-lint over the synthesized templates (`npm run synth` first), from a venv of its own.

const python = await pythonWith('cfn-lint', AbortSignal.timeout(300_000))
const templates = globSync(`${process.argv[2] ?? '.build/cdk.out'}/*.template.json`)
if (templates.length === 0) throw new Error('there is no template: run npm run synth first')
// W3005: CDK writes dependencies that a reference implies already.
const { stdout, stderr, status } = spawnSync(
  python,
  ['-c', 'from cfnlint.runner import main; main()', '--ignore-checks', 'W3005', '--', ...templates],
  { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 }
)

/** Actions of November 2026, which its list of actions does not hold yet. */
const newActions = /^W3037 '(start|describe|cancel)bulk(putitems|operation)' is not one of /
// A finding and its place, then an empty line.
const findings = stdout
  .split(/\n\s*\n/)
  .filter((finding) => finding.trim() !== '' && !newActions.test(finding.trim()))
if (findings.length > 0 || stderr !== '' || (status ?? 1) % 4 !== 0) {
  process.stderr.write(`${[...findings, stderr].join('\n\n')}\n`)
  throw new Error(`cfn-lint: ${findings.length} findings, exit code ${status}`)
}
process.stdout.write(`cfn-lint: ${templates.length} templates, nothing found\n`)
