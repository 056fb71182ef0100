// Events as AWS hands them to a function: names of headers in the case in which they came, everything twice.

const account = '111122223333'

/** What Snowflake sends with every batch, and what API Gateway adds. Header values are as captured, shortened. */
const sentHeaders = {
  Accept: '*/*',
  'Accept-Encoding': 'gzip',
  'Content-Type': 'application/json',
  Host: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
  'User-Agent': 'snowflake/1.0',
  'X-Amzn-Trace-Id': 'Root=1-67c1a2b3-0123456789abcdef01234567',
  'X-Forwarded-For': '203.0.113.10',
  'X-Forwarded-Port': '443',
  'X-Forwarded-Proto': 'https',
  'sf-context-current-user': 'LOADER',
  'sf-context-current-user-base64': Buffer.from('LOADER').toString('base64'),
  'sf-external-function-current-query-id': '01b2c3d4-0000-0000-0000-000000000001',
  'sf-external-function-format': 'json',
  'sf-external-function-format-version': '1.0',
  'sf-external-function-name': 'PUSH_TO_DYNAMO',
  'sf-external-function-name-base64': 'UFVTSF9UT19EWU5BTU8=',
  'sf-external-function-return-type': 'VARIANT',
  'sf-external-function-signature': '(TABLE_NAME VARCHAR, ITEM OBJECT)',
  'x-amz-content-sha256': 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  'x-amz-date': '20261125T010203Z',
  'x-amz-security-token': 'token'
}

/** A call of a REST API with proxy integration; `path` without the stage, which the event holds apart. */
export const gatewayEvent = (
  httpMethod: 'POST' | 'GET',
  path: string,
  {
    body = null as string | null,
    isBase64Encoded = false,
    headers = {} as Readonly<Record<string, string>>
  } = {}
) => {
  const all: Record<string, string> = { ...sentHeaders, ...headers }
  return {
    resource: path,
    path,
    httpMethod,
    headers: all,
    multiValueHeaders: Object.fromEntries(Object.entries(all).map(([name, value]) => [name, [value]])),
    queryStringParameters: null,
    multiValueQueryStringParameters: null,
    pathParameters: null,
    stageVariables: null,
    requestContext: {
      resourceId: 'abc123',
      resourcePath: path,
      httpMethod,
      extendedRequestId: 'abcDEFghiJKLmno=',
      requestTime: '25/Nov/2026:01:02:03 +0000',
      path: `/v1${path}`,
      accountId: account,
      protocol: 'HTTP/1.1',
      stage: 'v1',
      domainPrefix: 'a1b2c3d4e5',
      requestTimeEpoch: 1_795_568_523_000,
      requestId: 'c6af9ac6-7b61-11e6-9a41-93e8deadbeef',
      identity: {
        cognitoIdentityPoolId: null,
        accountId: account,
        cognitoIdentityId: null,
        caller: 'AROAEXAMPLE:snowflake',
        sourceIp: '203.0.113.10',
        principalOrgId: null,
        accessKey: 'ASIAEXAMPLE',
        cognitoAuthenticationType: null,
        cognitoAuthenticationProvider: null,
        userArn: `arn:aws:sts::${account}:assumed-role/push_to_dynamo_invoke/snowflake`,
        userAgent: 'snowflake/1.0',
        user: 'AROAEXAMPLE:snowflake'
      },
      domainName: 'a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com',
      apiId: 'a1b2c3d4e5'
    },
    body,
    isBase64Encoded
  }
}

/** What the poller of a queue hands over. */
export const queueEvent = (...bodies: readonly string[]) => ({
  Records: bodies.map((body, n) => ({
    messageId: `059f36b4-87a3-44ab-83d2-66197${n}975a7d`,
    receiptHandle: 'AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a',
    body,
    attributes: {
      ApproximateReceiveCount: '1',
      SentTimestamp: '1795568523000',
      SenderId: 'AIDAIENQZJOLO23YVJ4VO',
      ApproximateFirstReceiveTimestamp: '1795568523010'
    },
    messageAttributes: {},
    md5OfBody: '098f6bcd4621d373cade4e832627b4f6',
    eventSource: 'aws:sqs',
    eventSourceARN: `arn:aws:sqs:eu-west-1:${account}:load`,
    awsRegion: 'eu-west-1'
  }))
})

/** S3 sends this when a notification is set up. */
export const bucketTestEvent = JSON.stringify({
  Service: 'Amazon S3',
  Event: 's3:TestEvent',
  Time: '2026-11-25T01:02:03.000Z',
  Bucket: 'push-to-dynamo',
  RequestId: '5582815E1AEA5ADF',
  HostId: '8cLeGAmw098X5cv4Zkwcmo8vvZa3eH3eKxsPzbB9wrR'
})

/** The message of an object that arrived; the key as it is in the bucket. */
export const arrivalEvent = (key: string): string =>
  JSON.stringify({
    Records: [
      {
        eventVersion: '2.1',
        eventSource: 'aws:s3',
        awsRegion: 'eu-west-1',
        eventTime: '2026-11-25T01:02:03.000Z',
        eventName: 'ObjectCreated:Put',
        userIdentity: { principalId: 'AWS:AROAEXAMPLE:snowflake' },
        requestParameters: { sourceIPAddress: '203.0.113.10' },
        responseElements: { 'x-amz-request-id': 'C3D13FE58DE4C810', 'x-amz-id-2': 'FMyUVURIY8' },
        s3: {
          s3SchemaVersion: '1.0',
          configurationId: 'arrivals',
          bucket: {
            name: 'push-to-dynamo',
            ownerIdentity: { principalId: 'A3NL1KOZZKExample' },
            arn: 'arn:aws:s3:::push-to-dynamo'
          },
          object: {
            key: encodeURIComponent(key).replaceAll('%20', '+').replaceAll('%2F', '/'),
            size: 1024,
            eTag: 'd41d8cd98f00b204e9800998ecf8427e',
            sequencer: '0055AED6DCD90281E5'
          }
        }
      }
    ]
  })
