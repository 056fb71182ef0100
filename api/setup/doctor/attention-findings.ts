import type { ResultRow } from '../session.ts'
import type { AttentionFacts } from './facts.ts'
import { advice, type Finding, failed, ok, unknown, type Verdict } from './finding.ts'

/** What the view says of severity 1 has failed; the rest is for when there is time. */
const worst = '1'

const verdictOf = ({ SEVERITY, CAUSE, SUBJECT, TARGET_TABLE, SINCE, DETAIL, MEND }: ResultRow): Verdict => {
  const subject = `${SUBJECT}${TARGET_TABLE ? ` (${TARGET_TABLE})` : ''}`
  const told = [CAUSE, DETAIL].filter(Boolean).join(', ')
  const saw = [subject, told, SINCE && `since ${SINCE}`].filter(Boolean).join(': ')
  return (SEVERITY === worst ? failed : advice)(saw, 'no row of it in dynamo_attention', MEND ?? '')
}

/**
 * What needs a person, a finding for each row of `dynamo_attention`, under its kind and with its statement; one that
 * is ok where there is none.
 *
 * @param first the number of the first
 */
export const attentionFindings = (attention: AttentionFacts, first: number): readonly Finding[] => {
  if ('leftOut' in attention)
    return [
      {
        number: first,
        name: 'attention',
        ...unknown(
          attention.leftOut,
          'dynamo_attention, read with the role and the warehouse of the owner',
          'npm run setup'
        )
      }
    ]
  if (attention.rows.length === 0)
    return [{ number: first, name: 'attention', ...ok('nothing in dynamo_attention') }]
  return attention.rows.map((row, n) => ({
    number: first + n,
    name: row.KIND ?? 'attention',
    ...verdictOf(row)
  }))
}
