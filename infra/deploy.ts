import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeOutputs } from './outputs.ts'

// `npm run deploy [-- cdk options]`: deploys both stacks, then writes .build/outputs.json.

const stacks = '.build/stack-outputs.json'
const cdk = spawn('cdk', ['deploy', '--all', '--outputs-file', stacks, ...process.argv.slice(2)], {
  stdio: 'inherit'
})
const [code] = (await once(cdk, 'exit')) as [number | null]
if (code === 0) await writeOutputs(stacks, '.build/outputs.json')
else process.exitCode = code ?? 1
