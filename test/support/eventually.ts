import { setTimeout as wait } from 'node:timers/promises'

/** Asks until it is so. @throws Error with the last answer when the deadline passes */
export const eventually = async <T>(
  ask: () => Promise<T>,
  isSo: (answer: T) => boolean,
  deadlineMs = 120_000
): Promise<T> => {
  const deadline = Date.now() + deadlineMs
  for (;;) {
    const answer = await ask()
    if (isSo(answer)) return answer
    if (Date.now() > deadline) throw new Error(`it did not come to pass: ${JSON.stringify(answer)}`)
    await wait(100)
  }
}
