import { mkdir, writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { openTab } from '../page/browser.ts'
import { isDrawn } from '../page/drive.ts'
import { pythonOf } from '../page/python-pins.ts'
import { serveSession } from '../page/session-server.ts'
import { startStreamlit } from '../page/streamlit.ts'
import { openPageWorld } from '../page/world.ts'
import { dataPath } from './data-path.ts'
import { playPrompt, promptPicture } from './prompt.ts'

// `npm run pictures`: the README's pictures anew, from the real thing: the prompt in a terminal, the page in a browser (Debian's
// `chromium`) over the local stack. The chart of speed is written by `npm run bench`.

const folder = fileURLToPath(new URL('../../.github/pictures/', import.meta.url))

/** What needs a person, before anything is mended, light and dark. */
const drawPage = async (): Promise<void> => {
  const world = await openPageWorld()
  const session = await serveSession(world.worksheet)
  const streamlit = await startStreamlit(await pythonOf('pinned'), 'operate', session)
  const tab = await openTab('chromium')
  try {
    for (const scheme of ['light', 'dark'] as const) {
      await tab.resize(1000, 680, scheme)
      await tab.open(streamlit.url)
      await tab.until(`${isDrawn} && document.body.innerText.includes('things need you')`)
      // Above it is an empty bar that holds the menus of Snowflake's own frame.
      await tab.look(
        `document.querySelector('[data-testid="stMainBlockContainer"]').style.paddingTop = '1.5rem'`
      )
      await tab.picture(`${folder}page-${scheme}.png`)
    }
  } finally {
    await tab.close()
    await streamlit.close()
    await session.close()
    await world.close()
  }
}

await mkdir(folder, { recursive: true })
await writeFile(`${folder}data-path.svg`, dataPath())
await writeFile(`${folder}prompt.svg`, promptPicture(await playPrompt()))
await drawPage()
