import { DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { describe, expect, it } from 'vitest'
import { sdkEndpoint } from '../../api/wire/sdk-endpoint.ts'

const keys = { accessKeyId: 'AK', secretAccessKey: 'secret' }
const endpointOf = (config: DynamoDBClientConfig, table = 'orders') =>
  sdkEndpoint(new DynamoDBClient({ region: 'eu-west-1', credentials: keys, ...config }), table)

describe('where the SDK would send a call', () => {
  it.each<readonly [string, DynamoDBClientConfig, object]>([
    ['a Region', {}, { hostname: 'dynamodb.eu-west-1.amazonaws.com', isTls: true, port: 443, path: '/' }],
    [
      'FIPS',
      { region: 'us-east-1', useFipsEndpoint: true },
      { hostname: 'dynamodb-fips.us-east-1.amazonaws.com', region: 'us-east-1' }
    ],
    ['dual stack', { useDualstackEndpoint: true }, { hostname: 'dynamodb.eu-west-1.api.aws' }],
    [
      'China',
      { region: 'cn-north-1' },
      { hostname: 'dynamodb.cn-north-1.amazonaws.com.cn', region: 'cn-north-1' }
    ],
    [
      'an account id in the credentials',
      { credentials: { ...keys, accountId: '123456789012' } },
      { hostname: '123456789012.ddb.eu-west-1.amazonaws.com' }
    ],
    [
      'account-id endpoints switched off',
      { credentials: { ...keys, accountId: '123456789012' }, accountIdEndpointMode: 'disabled' },
      { hostname: 'dynamodb.eu-west-1.amazonaws.com' }
    ],
    [
      'an endpoint of its own',
      { endpoint: 'http://127.0.0.1:8000' },
      { hostname: '127.0.0.1', host: '127.0.0.1:8000', port: 8000, isTls: false, path: '/' }
    ],
    [
      'an endpoint with a path',
      { endpoint: 'https://proxy.example/dynamodb/' },
      { path: '/dynamodb/', port: 443 }
    ],
    ['an IPv6 address', { endpoint: 'http://[::1]:8000' }, { hostname: '::1', host: '[::1]:8000' }]
  ])('%s', async (_what, config, wanted) => {
    expect(await endpointOf(config)).toMatchObject({ region: 'eu-west-1', service: 'dynamodb', ...wanted })
  })

  it("a table's ARN names the account", async () => {
    const arn = 'arn:aws:dynamodb:eu-west-1:222222222222:table/orders'
    const credentials = { ...keys, accountId: '123456789012' }
    expect(await endpointOf({ credentials }, arn)).toMatchObject({
      hostname: '222222222222.ddb.eu-west-1.amazonaws.com'
    })
  })

  it('leaves to the SDK what it would sign otherwise, or send to an unusual path', async () => {
    expect(await endpointOf({ endpoint: 'https://proxy.example/a b/' })).toBeUndefined()
    expect(
      await endpointOf({ signer: { sign: async (request: object) => request } as never })
    ).toBeUndefined()
  })

  it('says that there are no credentials as the SDK does', async () => {
    const failing = {
      credentials: async () =>
        Promise.reject(Object.assign(new Error('no'), { name: 'CredentialsProviderError' }))
    }
    await expect(endpointOf(failing)).rejects.toMatchObject({ name: 'CredentialsProviderError' })
  })

  it('sends nothing', async () => {
    // Nobody listens there.
    expect(await endpointOf({ endpoint: 'http://127.0.0.1:9' })).toMatchObject({ port: 9 })
  })
})
