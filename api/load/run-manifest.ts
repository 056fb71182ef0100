import { type Manifest, ManifestError, orNone } from '../decode/manifest.ts'
import { JsonNumber, JsonObject, type JsonValue } from '../json/json-value.ts'
import { toJsonText } from '../json/to-json-text.ts'
import { sha256 } from '../runtime/sha256.ts'

/** A manifest that says everything: which run, which table. */
export interface RunManifest extends Manifest {
  readonly run: string
  readonly table: string
}

/**
 * Brings a manifest together with what its place or its caller says.
 *
 * @throws ManifestError when the two contradict each other, or neither names the table
 */
export const completeManifest = (
  manifest: Manifest,
  said: { readonly run?: string; readonly table?: string; readonly options?: JsonObject | null }
): RunManifest => {
  if (said.run !== undefined && manifest.run !== undefined && said.run !== manifest.run)
    throw new ManifestError('the manifest names another run than its folder')
  if (said.table !== undefined && manifest.table !== undefined && said.table !== manifest.table)
    throw new ManifestError('the manifest names another table than the call')
  const saidOptions = orNone(said.options ?? null)
  if (
    saidOptions !== null &&
    manifest.options !== null &&
    sortedText(saidOptions) !== sortedText(manifest.options)
  )
    throw new ManifestError('the manifest has other options than the call')
  const table = manifest.table ?? said.table
  if (table === undefined) throw new ManifestError('the manifest names no table')
  const whole = { ...manifest, table, options: manifest.options ?? saidOptions }
  return { ...whole, run: manifest.run ?? said.run ?? manifestHash(whole).slice(0, 32) }
}

/** Equal work, equal hash: the order of members and the query that wrote it do not matter. */
export const manifestHash = ({ table, options, files }: Omit<RunManifest, 'run'>): string =>
  sha256(table, sortedText(options), ...files.map(({ name, rows }) => `${rows} ${name}`))

/** The manifest as the bucket keeps it. */
export const manifestText = ({ run, table, options, queryId, files }: RunManifest): string => {
  const members = new JsonObject()
  members.set('version', new JsonNumber('1'))
  members.set('run', run)
  members.set('table', table)
  if (options !== null) members.set('options', options)
  if (queryId !== undefined) members.set('query_id', queryId)
  const list = files.map(({ name, rows }) => {
    const file = new JsonObject()
    file.set('name', name)
    if (rows !== null) file.set('rows', new JsonNumber(String(rows)))
    return file
  })
  members.set('files', list)
  return toJsonText(members)
}

const sortedText = (value: JsonValue): string => {
  if (value instanceof JsonObject) {
    const members = [...value].map(([name, member]) => `${JSON.stringify(name)}:${sortedText(member)}`)
    return `{${members.toSorted().join()}}`
  }
  return Array.isArray(value) ? `[${value.map(sortedText).join()}]` : toJsonText(value)
}
