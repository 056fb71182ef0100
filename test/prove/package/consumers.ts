import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { mustSay, type Place } from './place.ts'

const app = (imports: string): string => `${imports}
class Orders extends Stack {
  constructor(scope, id) {
    super(scope, id)
    const table = new Table(this, 'Table', { partitionKey: { name: 'id', type: AttributeType.STRING } })
    const push = new PushToDynamo(this, 'Push', { tables: [table, 'by_name'], logDays: 30 })
    console.log('named', push.name)
  }
}
const app = new App()
new Orders(app, 'Orders')
console.log('resources', Object.keys(app.synth().stacks[0].template.Resources).length)
`
const typed = (text: string): string =>
  text.replace('constructor(scope, id)', 'constructor(scope: App, id: string)')

const names = [
  ['aws-cdk-lib', 'App, Stack'],
  ['aws-cdk-lib/aws-dynamodb', 'AttributeType, Table'],
  ['push-to-dynamo/cdk', 'PushToDynamo']
] as const
const imported = names.map(([from, what]) => `import { ${what} } from '${from}'`).join('\n')
const required = names.map(([from, what]) => `const { ${what} } = require('${from}')`).join('\n')

/** The construct in a Stage of CDK Pipelines: its Lambdas are published as assets by the pipeline. */
const pipeline = `
const { App, Stack, Stage } = require('aws-cdk-lib')
const { CodePipeline, CodePipelineSource, ShellStep } = require('aws-cdk-lib/pipelines')
const { PushToDynamo } = require('push-to-dynamo/cdk')
class Orders extends Stage {
  constructor(scope, id) {
    super(scope, id)
    new PushToDynamo(new Stack(this, 'Orders'), 'Push', { tables: ['by_name'] })
  }
}
const app = new App()
const home = new Stack(app, 'Pipeline')
const connectionArn = 'arn:aws:codestar-connections:eu-central-1:111122223333:connection/x'
const input = CodePipelineSource.connection('us/orders', 'main', { connectionArn })
const pipeline = new CodePipeline(home, 'Own', { synth: new ShellStep('Synth', { input, commands: ['npx cdk synth'] }) })
pipeline.addStage(new Orders(app, 'Prod'))
const made = app.synth()
const actions = made.getStackByName('Pipeline').template.Resources
const stages = Object.values(actions).find(({ Type }) => Type === 'AWS::CodePipeline::Pipeline').Properties.Stages
console.log('stages', stages.map(({ Name, Actions }) => Name + ' ' + Actions.length).join(', '))
console.log('resources', Object.keys(made.getNestedAssembly('assembly-Prod').stacks[0].template.Resources).length)
`

interface Kind {
  readonly name: string
  readonly type: 'commonjs' | 'module'
  readonly file: string
  readonly text: string
  /** Options of a compilation; without, Node runs the file as it is. */
  readonly compile?: readonly string[]
}

const kinds: readonly Kind[] = [
  { name: 'JavaScript, CommonJS', type: 'commonjs', file: 'app.js', text: app(required) },
  { name: 'JavaScript, ESM', type: 'module', file: 'app.js', text: app(imported) },
  {
    ...{ name: 'TypeScript as ESM', type: 'module', file: 'app.ts', text: typed(app(imported)) },
    compile: ['--module', 'nodenext']
  },
  {
    ...{ name: 'TypeScript as CommonJS', type: 'commonjs', file: 'app.ts', text: typed(app(imported)) },
    compile: ['--module', 'node16']
  }
]

/** An app of each kind synthesizes with the construct, on the oldest CDK that is allowed and on ours. */
export const proveConsumers = async ({ folder, tarball, version, inFolder }: Place): Promise<string[]> => {
  const lines: string[] = []
  for (const [what, lib, constructs] of [
    ['lowest', 'aws-cdk-lib@2.257.0', 'constructs@10.5.0'],
    ['newest', version('aws-cdk-lib'), version('constructs')]
  ] as const) {
    const home = join(folder, what)
    await mkdir(home)
    await writeFile(join(home, 'package.json'), '{"private":true}')
    const tools = [version('typescript'), version('@types/node')]
    await inFolder(home, 'npm', ['install', tarball, lib, constructs, ...(what === 'newest' ? tools : [])])
    for (const { name, type, file, text, compile } of kinds) {
      if (compile && what === 'lowest') continue
      const own = join(home, name.replaceAll(/\W+/g, '-'))
      await mkdir(own)
      await writeFile(join(own, 'package.json'), JSON.stringify({ type }))
      await writeFile(join(own, file), text)
      // skipLibCheck off: our declarations need no package but CDK's.
      const strict = ['--strict', '--target', 'es2022', '--types', 'node', '--skipLibCheck', 'false']
      if (compile) await inFolder(own, 'npx', ['tsc', ...strict, ...compile, file])
      const said = await inFolder(own, 'node', ['app.js'])
      mustSay(said, /named orders_push/)
      const [, count] = mustSay(said, /resources (\d+)/)
      lines.push(`construct: ${name}, ${lib}: ${count} resources`)
    }
    await writeFile(join(home, 'pipeline.cjs'), pipeline)
    const said = await inFolder(home, 'node', ['pipeline.cjs'])
    // The two Lambdas and the template.
    const [, assets] = mustSay(said, /Assets (\d+), Prod 2/)
    const [, count] = mustSay(said, /resources (\d+)/)
    lines.push(`construct: in CDK Pipelines, ${lib}: ${count} resources, ${assets} assets published`)
  }
  return lines
}
