import { CreateBucketCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3'
import { expect, inject } from 'vitest'
import { s3Client } from '../../api/runtime/s3-client.ts'
import { s3Store } from '../../api/store/s3-store.ts'
import { objectStoreContract } from '../contract/object-store-contract.ts'

objectStoreContract('objects in S3 (ministack)', async () => {
  const client = s3Client(inject('plainAws'))
  const Bucket = 'chunks'
  await client.send(new CreateBucketCommand({ Bucket }))
  return {
    store: s3Store(client, Bucket),
    async close() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }))
      client.destroy()
      expect(Uploads, 'parts that nobody sees and somebody pays for').toEqual([])
    }
  }
})
