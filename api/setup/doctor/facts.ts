import type { Trust } from '../../../infra/settings.ts'
import type { RoleTrust } from '../role-trust.ts'
import type { ResultRow } from '../session.ts'
import type { OperationFacts } from './operation-facts.ts'

/** What the doctor saw in Snowflake. */
export interface SnowflakeFacts {
  /** Properties of DESCRIBE INTEGRATION; absent where there is no such integration. */
  readonly api: ReadonlyMap<string, string> | undefined
  readonly storage: ReadonlyMap<string, string> | undefined
  readonly functions: readonly FunctionFacts[]
}

/** One external function that should be there. */
export interface FunctionFacts {
  /** As DESCRIBE wants it: `push_to_dynamo(varchar, object)`. */
  readonly name: string
  readonly route: string
  /** Absent where there is no such function. */
  readonly url: string | undefined
}

/** What came of a push that writes nothing, sent by Snowflake itself. */
export type CallFacts =
  | { readonly answer: string }
  | { readonly refusal: string }
  | { readonly leftOut: string }

/** What the doctor saw on AWS. */
export interface AwsFacts {
  readonly outputs: StackOutputs
  /** Absent where there is no such role. */
  readonly invokeTrust: RoleTrust | undefined
  readonly unloadTrust: RoleTrust | undefined
  /** The API that the functions call; absent where no REST API of this account and Region has that id. */
  readonly api: ApiFacts | undefined
  readonly push: LambdaFacts
  readonly operation: OperationFacts
}

/** Outputs of the stacks: `infra/outputs.ts`. */
export interface StackOutputs {
  /** With the stage, without the last `/`. */
  readonly apiUrl: string
  readonly invokeRoleArn: string
  readonly unloadRoleArn: string
  readonly pushFunction: string
}

export interface ApiFacts {
  readonly id: string
  readonly endpointTypes: readonly string[]
  /** The resource policy as JSON text; empty where there is none. */
  readonly policy: string
  readonly methods: readonly MethodFacts[]
  /** Authorization by `POST /push` of what the stage serves; absent where API Gateway does not tell. */
  readonly served: ReadonlyMap<string, string> | undefined
}

export interface MethodFacts {
  /** `POST /push`. */
  readonly name: string
  readonly authorization: string
  readonly needsKey: boolean
  /** `AWS_PROXY` for a Lambda proxy integration. */
  readonly integration: string
}

export interface LambdaFacts {
  readonly state: string
  readonly lastUpdate: string
  readonly timeoutSeconds: number
  readonly deadlineMs: number
}

/** What the doctor saw of the pages to look and to operate. */
export interface PageFacts {
  /** The settings ask for them. */
  readonly isWanted: boolean
  /** Of the files that this version ships. */
  readonly version: string
  readonly seen: ReadonlyArray<{ readonly name: string; readonly version: string }>
}

/** The rows of `dynamo_attention`, or why they could not be read. */
export type AttentionFacts = { readonly rows: readonly ResultRow[] } | { readonly leftOut: string }

/** All that the checks judge. */
export interface Facts {
  readonly snowflake: SnowflakeFacts
  readonly pages: PageFacts
  readonly aws: AwsFacts
  readonly call: CallFacts
  readonly attention: AttentionFacts
  /** Other Snowflake accounts that cdk.json trusts, by the role they take on. */
  readonly others: { readonly invoke: readonly Trust[]; readonly unload: readonly Trust[] }
  /** Commands name it. */
  readonly connection: string
}
