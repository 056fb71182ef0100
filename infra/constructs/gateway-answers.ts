import { ResponseType, type RestApi } from 'aws-cdk-lib/aws-apigateway'

interface GatewayAnswer {
  readonly id: string
  readonly type: ResponseType
  readonly status: string
  readonly message: string
}

/** Snowflake shows its user the beginning of an answer that is not 200: so each says what to do. */
const gatewayAnswers: readonly GatewayAnswer[] = [
  {
    id: 'TooLarge',
    type: ResponseType.REQUEST_TOO_LARGE,
    status: '413',
    message:
      'The batch is too large: API Gateway takes 10 MB and Lambda 6 MB. Nothing was written. Lower MAX_BATCH_ROWS of the external function until rows x bytes a row stays under 4.5 MB.'
  },
  {
    id: 'TimedOut',
    type: ResponseType.INTEGRATION_TIMEOUT,
    status: '504',
    message:
      'The service took longer than 29 s. Rows may be written; it is safe to send them again. Lower MAX_BATCH_ROWS or the setting api.deadlineMs.'
  },
  {
    id: 'Failed',
    type: ResponseType.INTEGRATION_FAILURE,
    status: '503',
    message:
      'API Gateway could not reach the function. It is safe to send the batch again; if it stays, look at the alarm and the log of the push function.'
  },
  {
    id: 'Denied',
    type: ResponseType.ACCESS_DENIED,
    status: '403',
    message:
      'This caller may not use the API: only the session "snowflake" of the invoke role may. Compare API_AWS_ROLE_ARN of the API integration with the stack output InvokeRoleArn.'
  },
  {
    id: 'NoToken',
    type: ResponseType.MISSING_AUTHENTICATION_TOKEN,
    status: '403',
    message:
      'The request is not signed, or there is no such path and method: compare the URL of the external function with the stack output ApiUrl.'
  },
  {
    id: 'BadSignature',
    type: ResponseType.INVALID_SIGNATURE,
    status: '403',
    message: 'The signature of the request is wrong: sign it for execute-api in the Region of the API.'
  },
  {
    id: 'Expired',
    type: ResponseType.EXPIRED_TOKEN,
    status: '403',
    message: 'The credentials of the request have expired: take the role on again.'
  },
  {
    id: 'Throttled',
    type: ResponseType.THROTTLED,
    status: '429',
    message:
      'More requests than the stage lets through; Snowflake sends them again by itself. If it stays, raise api.requestsPerSecond or use a smaller warehouse.'
  },
  {
    id: 'OtherFault',
    type: ResponseType.DEFAULT_4XX,
    status: '400',
    message: 'API Gateway refused the request. Nothing was written.'
  },
  {
    id: 'OtherFailure',
    type: ResponseType.DEFAULT_5XX,
    status: '500',
    message:
      'API Gateway or the function failed. Rows may be written; it is safe to send the batch again. The reason is in the log of the push function.'
  }
]

/** Gives API Gateway our words; what it wanted to say follows as `detail`. */
export const addGatewayAnswers = (api: RestApi): void => {
  for (const { id, type, status, message } of gatewayAnswers)
    api.addGatewayResponse(id, {
      type,
      // The two defaults keep the status of whatever they stand for.
      ...(id.startsWith('Other') ? {} : { statusCode: status }),
      templates: {
        'application/json': `{"message":${JSON.stringify(message)},"detail":$context.error.messageString}`
      }
    })
}
