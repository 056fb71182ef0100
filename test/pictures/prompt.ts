import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { atTerminal } from '../support/terminal.ts'
import { escaped, svgOf } from './svg.ts'
import { screenOf } from './terminal-screen.ts'

const args = ['--no-example', '--table', 'orders=id:S']
/** One good row, one without its key; then the item. */
const statements = [
  `SELECT push_to_dynamo('orders', OBJECT_CONSTRUCT('id', column1, 'total', column2)) AS result\rFROM VALUES ('a-1', 12.50), (NULL, 7);\r`,
  `SELECT get_from_dynamo('orders', OBJECT_CONSTRUCT('id', 'a-1')) AS item;\r`
]

/** Plays the first minute to `npm start` in a terminal. @returns the lines that it shows from the first prompt on */
export const playPrompt = async (): Promise<readonly string[]> => {
  const folder = await mkdtemp(join(tmpdir(), 'picture-'))
  try {
    const [first = '', second = ''] = statements
    const { stdout } = await atTerminal(args, folder, [
      ['sql> ', first],
      ['produced.', second],
      ['produced.', '\u0004']
    ])
    const lines = screenOf(stdout)
    const last = lines.findLastIndex((line) => line.startsWith('Time: '))
    if (last < 0) throw new Error(`the prompt did not answer:\n${lines.join('\n')}`)
    return lines.slice(
      lines.findIndex((line) => line.startsWith('sql> ')),
      last
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

const lineHeight = 19
const glyphWidth = 7.85

/** Colours of our own: prompt, what became of a row. */
const coloured = (line: string): string =>
  escaped(line)
    .replace(/^(sql&gt;|\s+-&gt;|\s*\.\.\.)/, '<tspan class="named">$1</tspan>')
    .replace(/"(written)"/, '<tspan class="good">"$1"</tspan>')
    .replace(/"(rejected|missing_key)"/, '<tspan class="bad">"$1"</tspan>')

export const promptPicture = (shown: readonly string[]): string => {
  const lines = [`$ npm start -- ${args.join(' ')}`, ...shown]
  const longest = Math.max(...lines.map((line) => line.length))
  return svgOf({
    width: Math.ceil(longest * glyphWidth) + 40,
    height: lines.length * lineHeight + 34,
    label:
      'The prompt of npm start: a SELECT pushes two rows, one is written and one is rejected as missing_key; a second SELECT reads the item back',
    style: 'text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, monospace }\n',
    body: lines
      .map(
        (line, at) =>
          `<text x="20" y="${30 + at * lineHeight}" xml:space="preserve">${coloured(line)}</text>\n`
      )
      .join('')
  })
}
