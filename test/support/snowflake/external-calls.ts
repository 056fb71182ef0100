import type { Send } from '../../../api/local/snowflake-caller/send.ts'
import {
  ExternalFunctionError,
  snowflakeCaller
} from '../../../api/local/snowflake-caller/snowflake-caller.ts'
import { Refusal } from './account.ts'
import type { Calls, ExternalCall } from './work.ts'

/** What stands behind the API integrations: roles that can be taken on, and an API that answers their sessions. */
export interface AwsSide {
  /** @returns how a session of the role sends. @throws Error when the trust policy refuses */
  assume(call: Pick<ExternalCall, 'roleArn' | 'principal' | 'externalId'>): Promise<Send>
}

/**
 * External functions as Snowflake calls them: the role of the integration, then one batch of one row.
 *
 * @param retryBudgetMs one attempt is enough where the API is in this process: retries have suites of their own
 */
export const externalCalls = (aws: AwsSide, retryBudgetMs = 1): Calls => ({
  async call({ name, types, url, args, ...integration }) {
    let send: Send
    try {
      send = await aws.assume(integration)
    } catch {
      throw new Refusal(
        '391504',
        'SQL execution error: Error assuming AWS_ROLE. Please verify the role and externalId are configured correctly in your AWS policy.'
      )
    }
    const fn = {
      name,
      args: types.map((type, n) => [`A${n}`, type === 'OBJECT' ? 'OBJECT' : 'VARCHAR'] as const),
      route: '',
      maxBatchRows: 1
    }
    const caller = snowflakeCaller({ baseUrl: url, send, retryBudgetMs })
    try {
      const [answer = 'null'] = await caller.call(fn, [args])
      return answer
    } catch (error) {
      if (error instanceof ExternalFunctionError) throw new Refusal('100351', error.message)
      throw error
    } finally {
      await caller.close()
    }
  }
})
