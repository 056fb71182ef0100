/** What to do about a throttling reason of DynamoDB: it says which limit was hit. */
const advice: ReadonlyArray<readonly [reason: RegExp, what: string]> = [
  [
    /KeyRange/,
    'one partition took more than its 1,000 write units a second: spread the keys, or order the unload otherwise'
  ],
  [/AccountLimit/, "the account's write quota for the Region is used up: ask for a higher one"],
  [
    /MaxOnDemand/,
    "the table's own maximum of on-demand writes is reached: raise MaxWriteRequestUnits or use max_wcu"
  ],
  [/Provisioned/, "the table's provisioned capacity is used up: raise it, or give the run a max_wcu below it"]
]

const mostReasons = 4

/**
 * Sentences for the run status, one a reason, the most frequent first.
 * https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/throttling-diagnosing-workflow.html
 */
export const throttleAdvice = (reasons: Readonly<Record<string, number>>): string[] =>
  Object.entries(reasons)
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, mostReasons)
    .map(([reason, times]) => {
      const what = advice.find(([pattern]) => pattern.test(reason))?.[1]
      return `throttled ${times} times (${reason})${what === undefined ? '' : `: ${what}`}`
    })
