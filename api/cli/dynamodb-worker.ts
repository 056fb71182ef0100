import './caller-packages.ts'

// The embedded DynamoDB of the package: a thread finds packages by itself, as its process does.
await import('../local/dynamodb-worker.ts')
