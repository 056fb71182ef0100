import { App } from 'aws-cdk-lib'
import ours from '../cdk.json' with { type: 'json' }
import { readSettings, SettingsError } from './settings.ts'
import { settingsIn } from './settings-source.ts'
import { shippedBundles } from './shipped-bundles.ts'
import { stacksOf } from './stacks-of.ts'

// Settings of the caller's folder → two stacks, with the code of the package: `npx push-to-dynamo deploy`.

const { push_to_dynamo: _, ...flags } = ours.context
const app = new App({ postCliContext: flags })
try {
  const { settings, place } = await settingsIn(process.cwd())
  stacksOf(app, readSettings(settings, { place }), shippedBundles())
  app.synth()
} catch (error) {
  if (!(error instanceof SettingsError)) throw error
  process.stderr.write(`${error.message}\n`)
  process.exitCode = 1
}
