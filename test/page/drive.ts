import { strict as assert } from 'node:assert'
import type { Tab } from './browser.ts'

/** What a person does with the page in a browser, and how it looks to them. */

/** The page stands still, to its last line. Streamlit marks what it draws anew, and shows that it is at work. */
export const isDrawn = `document.body?.innerText?.includes('As of ') === true && document.querySelector('[data-stale="true"]') === null
  && document.querySelector('[data-testid="stStatusWidget"]') === null`

export const textOf = (tab: Tab): Promise<string> => tab.look<string>('document.body.innerText')

/** A text that only this part of the page has. */
const marks = {
  Now: 'DynamoDB writes',
  Loads: 'Choose a run to look into',
  Syncs: 'Choose a sync to look into',
  Item: 'Look up'
}

export const choosePart = async (tab: Tab, part: keyof typeof marks): Promise<void> => {
  await tab.look(
    `[...document.querySelectorAll('[role="radiogroup"] label')].find((l) => l.innerText.trim() === '${part}').click()`
  )
  await tab.until(`${isDrawn} && document.body.innerText.includes('${marks[part]}')`)
}

/** Chooses an entry of a select box by its label, and waits for what it shows. */
export const chooseEntry = async (
  tab: Tab,
  label: string,
  { entry, shows }: { readonly entry: string; readonly shows: string }
): Promise<void> => {
  const box = `[...document.querySelectorAll('[data-testid="stSelectbox"]')].find((box) => box.innerText.startsWith('${label}'))`
  await tab.look(`${box}.querySelector('input').focus()`)
  await tab.type(entry)
  await tab.until(`document.querySelector('[role="option"]')?.innerText === '${entry}'`)
  await tab.look(`document.querySelector('[role="option"]').click()`)
  await tab.until(`${isDrawn} && document.body.innerText.includes('${shows}')`)
}

export const lookUp = async (
  tab: Tab,
  { key, shows }: { readonly key: string; readonly shows: string }
): Promise<void> => {
  await tab.look(`document.querySelector('.st-key-item-key input').focus()`)
  await tab.type(key)
  // Leaving the field hands its text over.
  await tab.look(`document.activeElement.blur()`)
  await tab.look(`document.querySelector('.st-key-look-up button').click()`)
  await tab.until(`${isDrawn} && document.body.innerText.includes('${shows}')`)
}

/** Cards of Now about a subject. Streamlit gives a widget with a key a class of that name; this one ends with the subject. */
const cardsOf = (subject: string): string =>
  `document.querySelectorAll('[class*="st-key-mend-"][class*="-${subject}"] button')`

/** Presses what mends a subject on Now, and waits for this press's own answer. */
export const mend = async (tab: Tab, subject: string): Promise<void> => {
  await tab.until(`${cardsOf(subject)}.length > 0`)
  await tab.look(`${cardsOf(subject)}[0].click()`)
  await tab.until(`${isDrawn} && / ?${subject}:? (done|failed)/.test(document.body.innerText)`)
  assert((await textOf(tab)).includes(`${subject}: done.`), `the press failed:\n${await textOf(tab)}`)
}

export const isGone = (tab: Tab, subject: string): Promise<boolean> =>
  tab.look<boolean>(`${cardsOf(subject)}.length === 0`)

export const refresh = async (tab: Tab): Promise<void> => {
  const drawn = await tab.look<string>(`/As of \\S+/.exec(document.body.innerText)[0]`)
  await tab.look(`document.querySelector('.st-key-refresh button').click()`)
  await tab.until(`${isDrawn} && !document.body.innerText.includes('${drawn}')`)
}

/** A picture as high as the page, which scrolls inside of the window; fails where it is wider than the window. */
export const picture = async (
  tab: Tab,
  path: string,
  { width, scheme }: { readonly width: number; readonly scheme: 'light' | 'dark' }
): Promise<void> => {
  await tab.resize(width, 900, scheme)
  await tab.until(isDrawn)
  const height = await tab.look<number>(
    `Math.max(...[...document.querySelectorAll('[data-testid="stMainBlockContainer"]')].map((s) => s.scrollHeight))`
  )
  await tab.resize(width, Math.min(4_000, height + 20), scheme)
  await tab.until(isDrawn)
  assert(
    await tab.look<boolean>('document.documentElement.scrollWidth <= innerWidth'),
    `${path} is wider than the window`
  )
  // Charts are drawn after the rest.
  await new Promise((resolve) => setTimeout(resolve, 1_500))
  await tab.picture(`${path}-${width}-${scheme}.png`)
}
