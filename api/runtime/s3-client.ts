import { S3Client } from '@aws-sdk/client-s3'
import { type ClientSettings, clientSettings } from './client-settings.ts'
import { isLoopback } from './dynamodb-client.ts'

/**
 * The client for our bucket. Loopback endpoints are called in path style, since no DNS resolves `bucket.localhost`.
 * Checksums stay as the SDK has them: CRC32 is sent with what we write and checked on what we read whole.
 * https://docs.aws.amazon.com/sdkref/latest/guide/feature-dataintegrity.html
 */
export const s3Client = (settings: ClientSettings = {}): S3Client =>
  new S3Client({ ...clientSettings(settings), forcePathStyle: isLoopback(settings.endpoint) })
