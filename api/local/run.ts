import { nearest } from '../json/nearest.ts'
import { runCommand } from './command.ts'
import { isCommand, localCommands } from './usage.ts'

// The program behind `npm start` and `npm run serve|load|look|redrive|simulate`: run.ts <command> [arguments].

const [command = '', ...args] = process.argv.slice(2)
if (isCommand(command)) await runCommand(command, args)
else {
  const meant = nearest(command, localCommands)
  process.stderr.write(
    `there is no command ${command}${meant === undefined ? '' : `: did you mean ${meant}?`} They are: ${localCommands.join(', ')}\n`
  )
  process.exitCode = 1
}
