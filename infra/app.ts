import { App } from 'aws-cdk-lib'
import { bundle } from './bundle.ts'
import { readSettings } from './settings.ts'
import { stacksOf } from './stacks-of.ts'

// Settings of cdk.json → two stacks. Runs offline, without credentials and without Docker.

const app = new App()
const settings = readSettings(app.node.tryGetContext('push_to_dynamo'))
stacksOf(app, settings, await bundle())
app.synth()
