/** The folder that the local commands keep between calls: bucket, DynamoDB, history of the prompt. */
export const localFolder = '.local'
