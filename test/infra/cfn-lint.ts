import { execFileSync } from 'node:child_process'
import { existsSync, globSync } from 'node:fs'

// cfn-lint over the synthesized templates (`npm run synth` first), from a venv of its own.

const python = '.venv/cfn-lint/bin'
if (!existsSync(`${python}/cfn-lint`)) {
  execFileSync('python3', ['-m', 'venv', '.venv/cfn-lint'])
  execFileSync(`${python}/pip`, ['install', '--quiet', 'cfn-lint==1.58.0'], { stdio: 'inherit' })
}
const templates = globSync(`${process.argv[2] ?? '.build/cdk.out'}/*.template.json`)
if (templates.length === 0) throw new Error('there is no template: run npm run synth first')
// W3005: CDK writes dependencies that a reference implies already.
execFileSync(`${python}/cfn-lint`, ['--ignore-checks', 'W3005', '--', ...templates], { stdio: 'inherit' })
process.stdout.write(`cfn-lint: ${templates.length} templates, nothing found\n`)
