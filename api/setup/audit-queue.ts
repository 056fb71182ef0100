import type { Variables } from './script.ts'
import { isAbsent, type Session } from './session.ts'
import { upper } from './show-answers.ts'

const pipe = 'load_events_pipe'

/** What the pipe of the audit waits for, and why it cannot have it. */
export interface AuditQueue {
  /** The ARN of Snowflake's queue that the bucket may tell of new files; none where it cannot. */
  readonly arn?: string
  /** Why not, where there is a pipe. */
  readonly reason?: string
}

/**
 * The queue that Snowflake made for the pipe: https://docs.snowflake.com/en/user-guide/data-load-snowpipe-auto-s3.
 * S3 tells queues of its own Region only.
 *
 * @throws SqlError when a right is missing
 */
export const readAuditQueue = async (session: Session, variables: Variables): Promise<AuditQueue> => {
  const { database, schema, owner_role: owner, bucket_url: bucket = '' } = variables
  let rows: Awaited<ReturnType<Session['run']>>
  try {
    await session.run(`use role ${owner}`)
    rows = await session.run(`show pipes like '${pipe}' in schema ${database}.${schema}`)
  } catch (error) {
    if (isAbsent(error)) return {}
    throw error
  }
  const arn = rows.find(({ name }) => upper(name) === upper(pipe))?.notification_channel
  if (!arn) return rows.length === 0 ? {} : { reason: 'the pipe names no queue' }
  const [, , service, region = ''] = arn.split(':')
  if (service !== 'sqs') return { reason: `the pipe listens to ${service}, not to a queue` }
  if (!bucket.endsWith(`-${region}`))
    return { reason: `the queue of Snowflake is in ${region}, and S3 tells none of another Region` }
  return { arn }
}
