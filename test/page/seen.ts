import { strict as assert } from 'node:assert'
import { spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { openTab, type Tab } from './browser.ts'
import { chooseEntry, choosePart, isDrawn, isGone, lookUp, mend, picture, refresh, textOf } from './drive.ts'
import { pythonOf, streamlits } from './python-pins.ts'
import { serveSession } from './session-server.ts'
import { startStreamlit } from './streamlit.ts'
import { openPageWorld, type PageWorld } from './world.ts'

// `npm run prove:page [pictures] [browser]`: the page on three versions of Streamlit by their own AppTest, then in a browser (Debian's
// package `chromium`) over the local stack: what stands still is seen, mended by its button, and gone. Pictures go to the folder given;
// the word `browser` leaves AppTest out.

const pictures = process.argv[2] ?? '.build/page'
const here = fileURLToPath(new URL('.', import.meta.url))
const matters = ['spend', 'prices', 'orders-damaged', 'orders-backfill']

const tested = async (version: keyof typeof streamlits): Promise<void> => {
  const { status, stderr } = spawnSync(await pythonOf(version), ['-W', 'ignore', `${here}page_test.py`], {
    env: { ...process.env, PYTHONPATH: `${here}session` },
    encoding: 'utf8'
  })
  const lines = stderr.trim().split('\n')
  if (status !== 0) throw new Error(lines.join('\n'))
  process.stdout.write(`Streamlit ${streamlits[version]}: ${lines.find((line) => line.startsWith('Ran '))}\n`)
}

const seen = async (tab: Tab): Promise<void> => {
  const text = await textOf(tab)
  assert(text.includes(`${matters.length} things need you`), text)
  for (const subject of [...matters, 'parking-2026 into parking is running'])
    assert(text.includes(subject), `${subject} is not on the page:\n${text}`)
  await pictured(tab, 'now')
  await choosePart(tab, 'Loads')
  await pictured(tab, 'loads')
  await chooseEntry(tab, 'Run', { entry: 'orders-backfill', shows: 'Why rows were rejected' })
  await pictured(tab, 'load')
  await choosePart(tab, 'Syncs')
  await pictured(tab, 'syncs')
  await chooseEntry(tab, 'Sync', { entry: 'spend', shows: 'the newest 200 runs' })
  await pictured(tab, 'sync')
  await choosePart(tab, 'Item')
  await chooseEntry(tab, 'Table', { entry: 'parking', shows: 'Look up' })
  await lookUp(tab, { key: '{"ID":"p0"}', shows: '"BAY": 0' })
  await pictured(tab, 'item')
  await choosePart(tab, 'Now')
}

const pictured = async (tab: Tab, part: string): Promise<void> => {
  for (const width of [1440, 800])
    for (const scheme of ['light', 'dark'] as const)
      await picture(tab, `${pictures}/${part}`, { width, scheme })
  await tab.resize(1440, 3_000, 'light')
}

const mended = async (tab: Tab, world: PageWorld): Promise<void> => {
  await world.mendFiles()
  for (const subject of matters) {
    await mend(tab, subject)
    // What a load does is seen when its audit lines have come.
    for (let looks = 0; subject.startsWith('orders-') && looks < 30; looks += 1) {
      if (await isGone(tab, subject)) break
      await refresh(tab)
    }
    assert(await isGone(tab, subject), `${subject} is not gone after one press:\n${await textOf(tab)}`)
    process.stdout.write(`${subject}: mended by one press\n`)
  }
  // What was only started by the press, and the load that was at work, shall end well, too.
  const end = Date.now() + 240_000
  while (!(await textOf(tab)).includes('Nothing needs you') || (await textOf(tab)).includes('is running')) {
    assert(Date.now() < end, `this does not become still:\n${await textOf(tab)}`)
    await new Promise((resolve) => setTimeout(resolve, 1_000))
    await refresh(tab)
  }
  process.stdout.write('nothing needs you\n')
}

if (process.argv[3] !== 'browser')
  for (const version of ['oldest', 'pinned', 'newest'] as const) await tested(version)
mkdirSync(pictures, { recursive: true })
const world = await openPageWorld()
const session = await serveSession(world.worksheet)
const streamlit = await startStreamlit(await pythonOf('pinned'), 'operate', session)
const tab = await openTab('chromium')
try {
  await tab.resize(1440, 900, 'light')
  await tab.open(streamlit.url)
  await tab.until(isDrawn)
  await seen(tab)
  await mended(tab, world)
  await pictured(tab, 'well')
  assert.deepEqual(tab.errors, [])
} finally {
  await tab.close()
  await streamlit.close()
  await session.close()
  await world.close()
}
