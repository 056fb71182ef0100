/** AWS wants so many executions left unreserved: https://docs.aws.amazon.com/lambda/latest/dg/configuration-concurrency.html */
export const leftForOthers = 100
/** As many batches at a time as the largest warehouses send, with room. */
const most = 200
/** Fewer would slow down the smallest warehouse. */
const least = 10

/**
 * A number for `reservedConcurrency.push`.
 *
 * @param unreserved what the account has left, push not counted
 * @param others what load and spill need of it
 * @returns undefined where the account's limit leaves too little: ask AWS for more first
 */
export const proposedPush = (unreserved: number, others: number): number | undefined => {
  const left = unreserved - leftForOthers - others
  return left < least ? undefined : Math.min(most, left)
}
