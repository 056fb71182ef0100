import { parseJson } from '../../../api/json/json-text.ts'
import { variantText } from '../../../api/local/worksheet/variant.ts'
import { openWorksheet, type StatementResult } from '../../../api/local/worksheet/worksheet.ts'

/** A call as the caller got it: the function, its number of arguments, the arguments of each row as JSON text. */
export interface Heard {
  readonly name: string
  readonly args: number
  readonly rows: readonly (readonly string[])[]
}

export type Answer = (name: string, args: readonly string[], at: number) => string

const written: Answer = () => '{"status":"written"}'

/** A worksheet whose external functions answer by a script and remember what they heard. */
export const openScripted = async (answer: Answer = written) => {
  const heard: Heard[] = []
  const worksheet = await openWorksheet({
    threads: 1,
    call: async (fn, rows, options) => {
      heard.push({ name: fn.name, args: fn.args.length, rows })
      const answers = rows.map((args, at) => answer(fn.name, args, at))
      options?.progress?.(rows.length, rows.length)
      return answers
    }
  })
  /** Cells of all results, VARIANTs on one line. */
  const run = async (sql: string): Promise<readonly (readonly (string | null)[])[]> => {
    const results: StatementResult[] = []
    await worksheet.run(sql, { onResult: (result) => results.push(result) })
    return results.flatMap((result) =>
      result.rows.map((row) =>
        row.map((value, at) =>
          value !== null && result.columns[at]?.type === 'VARIANT' ? variantText(parseJson(value)) : value
        )
      )
    )
  }
  return { worksheet, heard, run }
}
