import type { Settings } from '../../infra/settings.ts'
import type { SelfTestTable } from './self-test.ts'

/** `--test-table orders=id:S`, or the first table that cdk.json creates. @throws Error on another form */
export const readTestTable = (named: string | undefined, settings: Settings): SelfTestTable | undefined => {
  const [first] = Object.entries(settings.tables.create)
  const [table1, spec] = first ?? []
  const text = named ?? (spec && `${table1}=${typeof spec === 'string' ? spec : spec.keys}`)
  if (text === undefined) return undefined
  const match = /^([A-Za-z0-9_.-]{3,255})=([\w.-]+:[SNB](?:,[\w.-]+:[SNB])?)$/.exec(text)
  if (!match) throw new Error(`a test table is written orders=id:S, not ${text}`)
  const [, table = '', keys = ''] = match
  const keyOf = (key: string) => [key.slice(0, -2), key.slice(-1)] as const
  return { table, keys: keys.split(',').map(keyOf) }
}
