import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { startEmulatedAws } from '../../support/snowflake/emulated-aws.ts'
import { externalCalls } from '../../support/snowflake/external-calls.ts'
import { startSnowflake } from '../../support/snowflake/snowflake-stand-in.ts'
import { mustSay, type Place } from './place.ts'

const ownApp = `
const { App, Stack } = require('aws-cdk-lib')
const { AttributeType, Table } = require('aws-cdk-lib/aws-dynamodb')
const { PushToDynamo } = require('push-to-dynamo/cdk')
const stack = new Stack(new App(), 'Orders')
const partitionKey = { name: 'id', type: AttributeType.STRING }
const table = new Table(stack, 'Table', { partitionKey, tableName: 'own_orders' })
new PushToDynamo(stack, 'Push', { tables: [table] })
`

/** `setup` deploys the two stacks from the package alone; an app of its own is deployed by cdk, then connected. */
export const proveAws = async ({ folder, tarball, version, inFolder }: Place): Promise<string[]> => {
  const emulated = await startEmulatedAws({})
  const snowflake = await startSnowflake({ user: 'ADA', password: 'secret' }, externalCalls(emulated, 60_000))
  try {
    snowflake.account.iamUser = emulated.user.arn
    const home = join(folder, 'aws')
    await mkdir(home)
    const connection = ['account = "stand_in"', 'user = "ada"', 'password = "secret"', 'host = "127.0.0.1"']
    await writeFile(
      join(home, 'connections.toml'),
      ['[work]', ...connection, `port = ${snowflake.port}`, 'protocol = "http"'].join('\n')
    )
    const peers = ['aws-cdk', 'aws-cdk-lib', 'constructs', 'snowflake-sdk'].map(version)
    await inFolder(home, 'npm', ['install', tarball, ...peers])
    const env = { ...emulated.environment, SNOWFLAKE_HOME: home }
    const here = (command: string, ...args: string[]) => inFolder(home, command, args, env)
    const setup = ['push-to-dynamo', 'setup', '--connection', 'work', '--region', 'us-east-1', '--yes']

    await writeFile(
      join(home, 'push-to-dynamo.json'),
      '{"tables":{"create":{"orders":"id:S"}},"snowflake":{"page":true}}'
    )
    const made = await here('npx', ...setup)
    mustSay(made, /self-test: a row was pushed to orders, read back and deleted\nSet up\./)
    mustSay(made, /889_page_operator_files\.sql: 1 changed/)
    mustSay(await here('npx', ...setup), /Everything was set up already/)

    await writeFile(join(home, 'app.js'), ownApp)
    const deploy = ['cdk', 'deploy', '--app', 'node app.js', '--require-approval', 'never']
    mustSay(await here('npx', ...deploy), /PushApiUrl/)
    const own = [...setup, '--stack', 'Orders', '--test-table', 'own_orders=id:S']
    const said = await here('npx', ...own)
    mustSay(said, /put this into the props of Orders/)
    mustSay(said, /self-test: a row was pushed to own_orders, read back and deleted\nSet up\./)
    return [
      'setup: two stacks and two pages from push-to-dynamo.json, a row pushed and read back, nothing to do in a second run',
      'setup --stack: an app of its own, deployed by cdk, its construct connected, a row pushed and read back'
    ]
  } finally {
    await snowflake.stop()
    await emulated.stop()
  }
}
