/** What the doctor saw of how a deployment is run; a part is absent where it could not be seen. */
export interface OperationFacts {
  /** Readers of the alarms' topic that have said yes. */
  readonly subscribers: number | undefined
  readonly mappings: readonly MappingFacts[] | undefined
  readonly deadLetters: readonly QueueFacts[] | undefined
  readonly tables: readonly TableFacts[] | undefined
  readonly concurrency: ConcurrencyFacts | undefined
  /** Whether DynamoDB of the Region knows the calls of engine `bulk_put`. */
  readonly hasBulkPut: boolean | undefined
}

/** What hands messages of a queue to a function. */
export interface MappingFacts {
  readonly function: string
  /** `Enabled` when it does; absent where there is none. */
  readonly state: string | undefined
}

export interface QueueFacts {
  readonly url: string
  readonly messages: number
}

export interface TableFacts {
  readonly name: string
  readonly isRestorable: boolean
  /** The attribute of TTL, where that is on. */
  readonly ttl: string | undefined
  /** Units a second that it is said to take: provisioned, or warm on demand. */
  readonly writeUnits: number | undefined
}

/** Concurrent executions of Lambda in this account and Region. */
export interface ConcurrencyFacts {
  readonly limit: number
  readonly unreserved: number
  /** Reserved for the push function. */
  readonly push: number | undefined
}
