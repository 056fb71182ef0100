// What is loaded when the bucket is needed for the first time.
export { s3Client } from '../runtime/s3-client.ts'
export { s3Store } from './s3-store.ts'
