/** Text as it may stand in SVG. */
export const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')

export interface Drawing {
  readonly width: number
  readonly height: number
  /** What a reader who does not see it is told. */
  readonly label: string
  /** Rules of CSS beside those that all pictures have. */
  readonly style: string
  readonly body: string
}

/**
 * An SVG with a ground of its own, so that it is readable on any page; an image knows the reader's scheme, not that of the page
 * around it. Classes: `ground`, `quiet` (text), `own` and `other` (strokes or fills), `good` and `bad` (text).
 */
export const svgOf = ({ width, height, label, style, body }: Drawing): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escaped(label)}">
<style>
text { font: 14px system-ui, sans-serif; fill: #1f2328; white-space: pre }
.ground { fill: #ffffff; stroke: #d1d9e0 }
.quiet { fill: #59636e }
.own { fill: #ddf4ff; stroke: #0969da }
.other { fill: #f6f8fa; stroke: #8c959f }
.way { fill: none; stroke: #59636e; stroke-width: 1.5 }
.tip { fill: #59636e }
.good { fill: #1a7f37 }
.bad { fill: #cf222e }
.named { fill: #0969da }
@media (prefers-color-scheme: dark) {
  text { fill: #e6edf3 }
  .ground { fill: #0d1117; stroke: #3d444d }
  .quiet { fill: #9198a1 }
  .own { fill: #121d2f; stroke: #4493f8 }
  .other { fill: #151b23; stroke: #656c76 }
  .way { stroke: #9198a1 }
  .tip { fill: #9198a1 }
  .good { fill: #3fb950 }
  .bad { fill: #f85149 }
  .named { fill: #4493f8 }
}
${style}</style>
<rect class="ground" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${body}</svg>
`
