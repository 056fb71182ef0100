import './node-22.ts'
import './caller-packages.ts'

// What `deploy` of the package hands to cdk as the app.
await import('../../infra/packaged-app.ts')
