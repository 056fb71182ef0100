import { once } from 'node:events'
import { pythonOf } from './python-pins.ts'
import { serveSession } from './session-server.ts'
import { startStreamlit } from './streamlit.ts'
import { openPageWorld } from './world.ts'

// `npm run page [look|operate]`: the page of sql/app over the local worksheet, with loads and syncs in trouble to look at.

const which = process.argv[2] ?? 'operate'
if (which !== 'look' && which !== 'operate') {
  process.stderr.write('page: say look or operate\n')
  process.exit(1)
}
process.stderr.write(
  'page: Streamlit is installed on the first start, then loads and syncs are made (half a minute)\n'
)
const python = await pythonOf('pinned')
const world = await openPageWorld()
const session = await serveSession(world.worksheet)
const streamlit = await startStreamlit(python, which, session)
process.stdout.write(`the page is at ${streamlit.url}, Ctrl-C ends it\n`)
await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')])
await streamlit.close()
await session.close()
await world.close()
