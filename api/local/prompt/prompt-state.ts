import type { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import type { ResultView } from '../results/print-result.ts'
import type { NamedScript } from '../script-failed.ts'
import type { TableSpec } from '../table-spec.ts'
import type { History } from './history.ts'

/** What commands of the prompt look at and change. */
export interface PromptState {
  view: ResultView
  readonly tables: readonly TableSpec[]
  readonly history: History
  /** The last result, all of it. */
  lastResult(): string | undefined
  client(): Promise<DynamoDBClient>
  /** @throws ScriptFailed */
  runScript(script: NamedScript): Promise<void>
}
