/**
 * What a terminal shows of what it was sent: lines, without blanks at their ends. It knows what the prompt sends: carriage return,
 * column, and erasing to the end of the screen or of a line.
 *
 * @throws Error at a sequence that it does not know
 */
export const screenOf = (sent: string): readonly string[] => {
  const lines = ['']
  let column = 0
  const put = (text: string): void => {
    const line = (lines.at(-1) ?? '').padEnd(column)
    lines[lines.length - 1] = line.slice(0, column) + text + line.slice(column + text.length)
    column += text.length
  }
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what a terminal is sent
  for (const [part, order] of sent.matchAll(/\u001b\[([\d;]*[A-Za-z])|\r|\n|[^\u001b\r\n]+/g)) {
    if (part === '\r') column = 0
    else if (part === '\n') lines.push('')
    else if (order === undefined) put(part)
    else if (/^\d+G$/.test(order)) column = Number.parseInt(order, 10) - 1
    else if (order === '2K') lines[lines.length - 1] = ''
    else if (/^0?J$/.test(order)) lines[lines.length - 1] = (lines.at(-1) ?? '').slice(0, column)
    else throw new Error(`the picture does not know what a terminal does at ESC[${order}`)
  }
  return lines.map((line) => line.trimEnd())
}
