import { startEmbeddedDynamodb } from '../../api/local/embedded-dynamodb.ts'
import { type Engine, engineName, startEngine } from './engines.ts'

/** The engine that the environment asks for; dynalite in the worker that the product uses, which keeps `__proto__`. */
export const openEngine = async (environment: NodeJS.ProcessEnv): Promise<Engine> => {
  if (engineName(environment) !== 'dynalite') return startEngine(environment)
  const { endpoint, close } = await startEmbeddedDynamodb()
  return { endpoint, stop: close }
}
