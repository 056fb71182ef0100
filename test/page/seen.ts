import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openTab, type Tab } from './browser.ts'
import { pythonOf, streamlits } from './python-pins.ts'
import { serveSession } from './session-server.ts'
import { startStreamlit } from './streamlit.ts'
import { openPageWorld } from './world.ts'

// `npm run prove:page [pictures]`: the page on three versions of Streamlit by their own AppTest, then in a browser (Debian's package
// `chromium`) over the local stack: what stands still is seen, mended by its button, and gone. Pictures go to the folder given.

const pictures = process.argv[2] ?? '.build/page'
const here = fileURLToPath(new URL('.', import.meta.url))
const isDrawn = `document.body?.innerText?.includes('As of ') === true && document.querySelector('[data-stale="true"]') === null
  && document.querySelector('[data-testid="stStatusWidget"]') === null`

const tested = (version: keyof typeof streamlits): void => {
  const { status, stderr } = spawnSync(pythonOf(version), ['-W', 'ignore', `${here}page_test.py`], {
    env: { ...process.env, PYTHONPATH: `${here}session` },
    encoding: 'utf8'
  })
  const lines = stderr.trim().split('\n')
  if (status !== 0) throw new Error(lines.join('\n'))
  process.stdout.write(`${streamlits[version][0]}: ${lines.find((line) => line.startsWith('Ran '))}\n`)
}

const choose = async (tab: Tab, part: string): Promise<void> => {
  await tab.look(
    `[...document.querySelectorAll('[role="radiogroup"] label')].find((l) => l.innerText.trim() === '${part}').click()`
  )
  await tab.until(isDrawn)
}

/** A picture as high as the page: Streamlit scrolls inside of the window. */
const picture = async (tab: Tab, name: string, width: number, scheme: 'light' | 'dark'): Promise<void> => {
  await tab.resize(width, 900, scheme)
  await tab.until(isDrawn)
  const height = await tab.look<number>(
    `Math.max(...[...document.querySelectorAll('section')].map((s) => s.scrollHeight))`
  )
  await tab.resize(width, Math.min(4_000, height + 20), scheme)
  await tab.until(isDrawn)
  assert(
    await tab.look<boolean>('document.documentElement.scrollWidth <= innerWidth'),
    `${name} is wider than the window`
  )
  // Charts are drawn after the rest.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  await tab.picture(`${pictures}/${name}-${width}-${scheme}.png`)
}

/** Streamlit gives a widget with a key a class of that name; this one ends with the subject. */
const buttonOf = (subject: string): string =>
  `[...document.querySelectorAll('[class*="st-key-mend-"][class*="-${subject}"] button')][0]`

if (process.argv[3] !== 'browser')
  for (const version of ['oldest', 'pinned', 'newest'] as const) tested(version)
mkdirSync(pictures, { recursive: true })
const world = await openPageWorld()
const session = await serveSession(world.worksheet)
const streamlit = await startStreamlit(pythonOf('pinned'), 'operate', session)
const tab = await openTab('chromium')
try {
  await tab.resize(1440, 900, 'light')
  await tab.open(streamlit.url)
  await tab.until(isDrawn)
  const text = () => tab.look<string>('document.body.innerText')
  const first = await text()
  for (const subject of ['spend', 'prices', 'orders-damaged', 'orders-backfill', 'parking-2026'])
    assert(first.includes(subject), `${subject} is not on the page:\n${first}`)
  await picture(tab, 'now', 1440, 'light')
  await picture(tab, 'now', 800, 'dark')
  await tab.resize(1440, 2400, 'light')
  for (const part of ['Loads', 'Syncs', 'Item']) {
    await choose(tab, part)
    await picture(tab, part.toLowerCase(), 1440, 'dark')
    await picture(tab, part.toLowerCase(), 800, 'light')
  }
  await choose(tab, 'Now')
  await tab.resize(1440, 3000, 'light')
  for (const subject of ['spend', 'prices']) {
    await tab.look(`${buttonOf(subject)}.click()`)
    await tab.until(`${isDrawn} && /: done/.test(document.body.innerText)`)
    assert(
      !(await text()).includes(`sync ${subject} `),
      `${subject} is not gone after one press:\n${await text()}`
    )
    process.stdout.write(`${subject}: mended by one press\n`)
  }
  assert.deepEqual(tab.errors, [])
} finally {
  await tab.close()
  await streamlit.close()
  await session.close()
  await world.close()
}
