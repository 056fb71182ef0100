import { startDynalite } from './dynalite.ts'
import { startDynoxide } from './dynoxide.ts'

/** A DynamoDB that a contract suite runs on; `stop` ends only what was started for it. */
export interface Engine {
  /** `http://host:port` for the SDK's `endpoint`. */
  readonly endpoint: string
  stop(): Promise<void>
}

const starters = { dynalite: startDynalite, dynoxide: startDynoxide } as const

/** Known engines, and `endpoint` for a DynamoDB that somebody else runs. */
export type EngineName = keyof typeof starters | 'endpoint'

/**
 * Which engine the environment asks for: `DYNAMODB_ENDPOINT` wins, then `ENGINE`, then dynalite.
 *
 * @throws Error when `ENGINE` names none of the known engines
 */
export const engineName = (environment: NodeJS.ProcessEnv): EngineName => {
  if (environment.DYNAMODB_ENDPOINT) return 'endpoint'
  const wanted = environment.ENGINE || 'dynalite'
  if (wanted === 'dynalite' || wanted === 'dynoxide') return wanted
  throw new Error(`ENGINE is '${wanted}'; set it to ${Object.keys(starters).join(' or ')}, or leave it out`)
}

/** Starts the engine that the environment asks for, or points at the one that is already there. */
export const startEngine = async (environment: NodeJS.ProcessEnv): Promise<Engine> => {
  const name = engineName(environment)
  if (name !== 'endpoint') return starters[name]()
  return { endpoint: environment.DYNAMODB_ENDPOINT ?? '', stop: async () => {} }
}
