import type { IAMClient } from '@aws-sdk/client-iam'

/** Region and, for an emulator, endpoint, credentials and certificate. */
export type AwsSettings = ConstructorParameters<typeof IAMClient>[0] & { readonly region: string }
