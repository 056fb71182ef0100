// The numbers that AWS sets, each with its page. Sizes are bytes.

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
export const maxWritesPerGroup = 25
export const maxGroupBytes = 16 * 1024 * 1024

// https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html
export const maxKeysPerRead = 100

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Constraints.html
export const maxItemBytes = 400 * 1024
export const maxPartitionKeyBytes = 2048
export const maxSortKeyBytes = 1024
export const maxAttributeNameBytes = 64 * 1024 - 1
export const maxNestingLevels = 32
export const maxExpressionBytes = 4096
export const maxExpressionValueBytes = 2 * 1024 * 1024

// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/HowItWorks.NamingRulesDataTypes.html
export const maxNumberDigits = 38
export const minNumberMagnitude = -130
export const maxNumberMagnitude = 125
