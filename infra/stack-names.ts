/** Names of the stacks; the doctor asks for them, so they stand apart from the CDK. */
export const stateStackName = 'PushToDynamoState'
export const serviceStackName = 'PushToDynamoService'
