import type { Variables } from '../script.ts'
import { isAbsent, type Session } from '../session.ts'
import type { PageFacts } from './facts.ts'

const names = ['dynamo_page', 'dynamo_page_operator']

/** Reads which files the pages hold, and which they should; changes nothing. */
export const seePages = async (
  session: Session,
  variables: Variables,
  isWanted: boolean
): Promise<PageFacts> => {
  const { owner_role, database, schema, page_version: version = '' } = variables
  await session.run(`use role ${owner_role}`)
  const seen: { name: string; version: string }[] = []
  for (const name of names) {
    for (const row of await shown(session, `show streamlits like '${name}' in schema ${database}.${schema}`))
      if ((row.name ?? '').toLowerCase() === name)
        seen.push({ name, version: (row.comment ?? '').replace(/^push_to_dynamo: /, '') })
  }
  return { isWanted, version, seen }
}

const shown = async (session: Session, statement: string) => {
  try {
    return await session.run(statement)
  } catch (error) {
    if (isAbsent(error)) return []
    throw error
  }
}
