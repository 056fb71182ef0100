import { App } from 'aws-cdk-lib'
import { bundle } from './bundle.ts'
import { readSettings, SettingsError } from './settings.ts'
import { stacksOf } from './stacks-of.ts'

// Settings of cdk.json → two stacks. Runs offline, without credentials and without Docker.

const app = new App()
try {
  stacksOf(app, readSettings(app.node.tryGetContext('push_to_dynamo')), await bundle())
  app.synth()
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
