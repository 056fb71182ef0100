import type { TestProject } from 'vitest/node'
import { type StackPlace, startStack } from '../support/aws-stack.ts'
import { type AwsAccess, startMinistack } from '../support/ministack.ts'

declare module 'vitest' {
  interface ProvidedContext {
    /** Without TLS, signatures or policies: for the suites of the ports. */
    readonly plainAws: AwsAccess
    /** The stacks as they are deployed, with tables `orders` and `spilled`. */
    readonly stack: StackPlace
  }
}

/** What all suites here share: to start and to deploy takes longer than most of them. */
export default async ({ provide }: TestProject): Promise<() => Promise<void>> => {
  const plain = await startMinistack({ secure: false })
  const stack = await startStack({ orders: 'id:S', spilled: 'id:S' }).catch(async (error) => {
    await plain.stop()
    throw error
  })
  const { stop: _, ...plainAws } = plain
  provide('plainAws', plainAws)
  provide('stack', stack.place)
  return async () => {
    await Promise.all([plain.stop(), stack.stop()])
  }
}
