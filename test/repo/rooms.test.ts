import { globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname

/**
 * The rooms of the house from the ground up. A file may import from its own room and from rooms on lower floors,
 * never from its neighbours on the same floor and never upwards.
 */
const floors: readonly (readonly string[])[] = [
  ['api/json'],
  ['api/plan', 'api/decode'],
  ['api/runtime', 'api/answer', 'api/wire'],
  ['api/ledger', 'api/store'],
  ['api/write'],
  ['api/batch'],
  ['api/spill', 'api/load'],
  ['api/receive'],
  ['api'],
  ['api/local'],
  ['infra'],
  ['api/setup'],
  ['api/cli']
]

const roomOf = (file: string): string => {
  const [top = '', room = ''] = file.split('/')
  return top === 'api' && room.includes('.') ? 'api' : top === 'api' ? `${top}/${room}` : top
}
const floorOf = (file: string): number => floors.findIndex((rooms) => rooms.includes(roomOf(file)))

const files = globSync('{api,infra}/**/*.{ts,mjs}', { cwd: root }).toSorted()

/** Files that a file names in an import, types included: a type ties two files together for their readers, too. */
const neighboursOf = (file: string): readonly string[] =>
  [
    ...readFileSync(join(root, file), 'utf8').matchAll(/(?:\bfrom|\bimport)\s*\(?\s*'(\.[^']+\.(?:ts|mjs))'/g)
  ].map(([, path = '']) => normalize(join(dirname(file), path)))

/** Every circle that can be walked from a file, as the path that closes it. */
const circlesOf = (graph: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const done = new Set<string>()
  const circles: string[] = []
  const follow = (file: string, path: readonly string[]): void => {
    const at = path.indexOf(file)
    if (at !== -1) circles.push([...path.slice(at), file].join(' -> '))
    if (at !== -1 || done.has(file)) return
    for (const next of graph.get(file) ?? []) follow(next, [...path, file])
    done.add(file)
  }
  for (const file of graph.keys()) follow(file, [])
  return circles
}

describe('the house', () => {
  it('has a floor for every room', () => {
    expect(files.filter((file) => floorOf(file) === -1)).toEqual([])
  })

  it('has no stairs that lead up: a room depends only on rooms below it', () => {
    const upwards = files.flatMap((file) =>
      neighboursOf(file)
        .filter((other) => roomOf(other) !== roomOf(file) && floorOf(other) >= floorOf(file))
        .map((other) => `${file} -> ${other}`)
    )
    expect(upwards).toEqual([])
  })

  it('has no circle of files', () => {
    const graph = new Map(files.map((file) => [file, neighboursOf(file)]))
    expect(circlesOf(graph)).toEqual([])
    expect(
      circlesOf(new Map([...graph, ['api/json/json-value.ts', ['api/http.ts']]])).length
    ).toBeGreaterThan(0)
  })
})
