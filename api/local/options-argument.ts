import { parseJson } from '../json/json-text.ts'
import { JsonObject } from '../json/json-value.ts'

/** `--options`: JSON text → options. What knows them is loaded where some are given. @throws Error in one line */
export const readOptionsArgument = async (text: string | undefined): Promise<JsonObject | null> => {
  if (text === undefined) return null
  let options: unknown
  try {
    options = parseJson(text)
  } catch {
    options = undefined
  }
  if (!(options instanceof JsonObject))
    throw new Error(`--options takes a JSON object, such as '{"names":"lower"}'`)
  const [{ readBulkOptions }, { Flaw }] = await Promise.all([
    import('../load/bulk-options.ts'),
    import('../plan/row-result.ts')
  ])
  const flaw = readBulkOptions(options)
  if (flaw instanceof Flaw) throw new Error(`--options: ${flaw.message}`)
  return options
}
