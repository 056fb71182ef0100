import type { Figure } from './figures.ts'
import { type Result, ratioOf } from './report.ts'

const barHeight = 18
const gap = 8
const labelWidth = 330
const barWidth = 420
const width = labelWidth + barWidth + 150

/**
 * Rows a CPU second as bars, one group a kind of work. Colours of its own for light and dark pages: GitHub shows the
 * file as an image, which knows the reader's scheme.
 */
export const chartOf = (results: readonly Result[], foot: string): string => {
  const groups = results.filter((result) => result.kind === 'speed')
  let y = 12
  let body = ''
  for (const { title, figures, against } of groups) {
    body += `<text class="title" x="0" y="${y + 14}">${escaped(title)}: rows a CPU second</text>\n`
    y += 28
    const most = Math.max(...figures.map(({ rowsPerCpuSecond }) => rowsPerCpuSecond))
    for (const figure of figures) {
      body += barOf(figure, y, most, ratioOf(figure, figures, against))
      y += barHeight + gap
    }
    y += 16
  }
  body += `<text class="foot" x="0" y="${y + 6}">${escaped(foot)}</text>\n`
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${y + 18}" viewBox="0 0 ${width} ${y + 18}" role="img" aria-label="Rows a CPU second by writer">
<style>
text { font: 13px system-ui, sans-serif; fill: #1f2328 }
.title { font-weight: 600 }
.foot { font-size: 11px; fill: #59636e }
.own { fill: #0969da }
.peer { fill: #8c959f }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .foot { fill: #9198a1 }
  .own { fill: #4493f8 }
  .peer { fill: #656c76 }
}
</style>
${body}</svg>
`
}

const barOf = (
  { writer, rowsPerCpuSecond }: Figure,
  y: number,
  most: number,
  ratio: number | undefined
): string => {
  const length = Math.max(1, Math.round((rowsPerCpuSecond / most) * barWidth))
  const kind = writer.startsWith('push_to_dynamo') ? 'own' : 'peer'
  const times = ratio === undefined ? '' : ` · ${ratio.toFixed(ratio < 10 ? 2 : 1)} x`
  return (
    `<text x="${labelWidth - 10}" y="${y + 14}" text-anchor="end">${escaped(writer)}</text>` +
    `<rect class="${kind}" x="${labelWidth}" y="${y}" width="${length}" height="${barHeight}" rx="3"/>` +
    `<text x="${labelWidth + length + 8}" y="${y + 14}">${rowsPerCpuSecond.toLocaleString('en')}${times}</text>\n`
  )
}

const escaped = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
