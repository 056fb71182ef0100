import { escaped, svgOf } from './svg.ts'

/** Steps of the two ways, each a folder of `api/`. */
export const ways = {
  rows: ['decode', 'plan', 'write', 'answer'],
  chunks: ['decode', 'plan', 'write', 'ledger']
} as const

const box = { width: 76, height: 34 }
const aws = { x: 250, y: 40, width: 640, height: 282 }
const lambdaX = 470
const rows = { first: 84, second: 256 }
const dynamodb = { x: 650, y: (rows.first + rows.second) / 2, width: 140 }

const named = (x: number, y: number, text: string, kind: string, width = box.width): string =>
  `<rect class="${kind}" x="${x}" y="${y}" width="${width}" height="${box.height}" rx="6"/>
<text x="${x + width / 2}" y="${y + 22}" text-anchor="middle">${escaped(text)}</text>
`
const way = (points: string): string => `<path class="way" d="${points}" marker-end="url(#tip)"/>\n`

/** One way from Snowflake through AWS, its steps side by side in a Lambda. */
const wayOf = (
  y: number,
  from: { readonly statement: string; readonly hint: string; readonly stops: readonly string[] },
  steps: readonly string[]
): string => {
  const middle = y + box.height / 2
  const stopWidth = from.stops.length === 1 ? 150 : 68
  const stops = from.stops.map((stop, at) => named(270 + at * 84, y, stop, 'other', stopWidth)).join('')
  const between = from.stops.length === 1 ? '' : way(`M338 ${middle} H350`)
  const inside = steps
    .map(
      (step, at) =>
        named(lambdaX + 12 + at * 100, y, step, 'own') +
        (at === 0 ? '' : way(`M${lambdaX + at * 100 - 12} ${middle} H${lambdaX + at * 100 + 8}`))
    )
    .join('')
  return `<text x="20" y="${y + 14}" class="code">${escaped(from.statement)}</text>
<text x="20" y="${y + 32}" class="quiet">${escaped(from.hint)}</text>
${way(`M218 ${middle} H266`)}${stops}${between}${way(`M422 ${middle} H${lambdaX - 4}`)}<rect class="lambda" x="${lambdaX}" y="${y - 12}" width="400" height="${box.height + 24}" rx="8"/>
<text x="${lambdaX + 400}" y="${y - 18}" text-anchor="end" class="quiet">Lambda</text>
${inside}`
}

/** How rows and files come from Snowflake into DynamoDB, which lies between the two ways. */
export const dataPath = (): string => {
  const middle = dynamodb.x + dynamodb.width / 2
  const pushes = { statement: 'SELECT push_to_dynamo(…)', hint: 'one batch of rows', stops: ['API Gateway'] }
  const loads = { statement: 'COPY INTO @chunk_stage', hint: 'one file, a “chunk”', stops: ['S3', 'SQS'] }
  return svgOf({
    width: 910,
    height: 342,
    label:
      'Two ways from Snowflake to DynamoDB. A SELECT of push_to_dynamo goes through API Gateway to a Lambda that decodes, plans, writes and answers one batch of rows. A COPY INTO a stage with a manifest goes through S3 and SQS to a Lambda that decodes, plans, writes and keeps a ledger, one file at a time.',
    style:
      '.code { font: 13px ui-monospace, monospace }\n.lambda { fill: none; stroke: #0969da; stroke-dasharray: 4 3 }\n.aws { fill: none; stroke: #8c959f }\n',
    body: [
      '<defs><marker id="tip" viewBox="0 0 8 8" refX="6" refY="4" markerWidth="7" markerHeight="7" orient="auto"><path class="tip" d="M0 0 L8 4 L0 8 Z"/></marker></defs>',
      '<text x="20" y="28" class="quiet">Snowflake</text>',
      `<text x="${aws.x}" y="28" class="quiet">AWS, deployed by CDK</text>`,
      `<rect class="aws" x="${aws.x}" y="${aws.y}" width="${aws.width}" height="${aws.height}" rx="8"/>`,
      wayOf(rows.first, pushes, ways.rows),
      wayOf(rows.second, loads, ways.chunks),
      named(dynamodb.x, dynamodb.y, 'DynamoDB', 'other', dynamodb.width),
      way(`M${middle} ${rows.first + box.height} V${dynamodb.y - 4}`),
      way(`M${middle} ${rows.second} V${dynamodb.y + box.height + 4}`)
    ].join('\n')
  })
}
