import { execFileSync } from 'node:child_process'
import { globSync } from 'node:fs'
import { pythonWith } from '../support/python-tool.ts'

// cfn-lint over the synthesized templates (`npm run synth` first), from a venv of its own.

const python = await pythonWith('cfn-lint', AbortSignal.timeout(300_000))
const templates = globSync(`${process.argv[2] ?? '.build/cdk.out'}/*.template.json`)
if (templates.length === 0) throw new Error('there is no template: run npm run synth first')
// W3005: CDK writes dependencies that a reference implies already.
execFileSync(
  python,
  ['-c', 'from cfnlint.runner import main; main()', '--ignore-checks', 'W3005', '--', ...templates],
  { stdio: 'inherit' }
)
process.stdout.write(`cfn-lint: ${templates.length} templates, nothing found\n`)
