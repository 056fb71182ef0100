import { fileURLToPath } from 'node:url'
import { App } from 'aws-cdk-lib'
import { Template } from 'aws-cdk-lib/assertions'
import { readSettings, type SettingsInput } from '../../infra/settings.ts'
import { stacksOf } from '../../infra/stacks-of.ts'

/** What is asked of a template is asked of these settings, unless a test says others. */
export const fullSettings = {
  tables: {
    existing: ['legacy', 'arn:aws:dynamodb:eu-west-1:111122223333:table/invoices'],
    create: { orders: 'id:S', events: 'pk:S,sk:N' }
  },
  snowflake: {
    invoke: {
      principal: 'arn:aws:iam::999988887777:user/abc1-s-invoke',
      externalId: 'ABC_SFCRole=1_invoke='
    },
    unload: { principal: 'arn:aws:iam::999988887777:user/abc1-s-unload', externalId: 'ABC_SFCRole=1_unload=' }
  },
  reservedConcurrency: { push: 50, load: 10, spill: 10 },
  alarms: { mail: 'on-call@example.com' }
} as const satisfies SettingsInput

/** Any folder does as a bundle: what is in it is tested by bundle.test.ts. */
const folder = fileURLToPath(new URL('./stub-bundle', import.meta.url))

/** A new app with both stacks; `outdir` only where the assembly is read from disk. */
export const appOf = (settings: unknown = fullSettings, outdir?: string) => {
  const app = new App({ analyticsReporting: false, ...(outdir === undefined ? {} : { outdir }) })
  return { app, ...stacksOf(app, readSettings(settings), { push: folder, bulk: folder, version: 'test' }) }
}

export interface Resource {
  readonly Type: string
  readonly Properties: Record<string, unknown>
  readonly DeletionPolicy?: string
  readonly UpdatePolicy?: unknown
}

type Templates = ReturnType<typeof synthesize>
const synthesized = new Map<string, Templates>()

/**
 * Both templates; resources are asked for by what they are and do, never by their ids. Settings are synthesized once
 * a process, so tests share the templates and only read them.
 */
export const templatesOf = (settings: unknown = fullSettings): Templates => {
  const name = JSON.stringify(settings)
  const templates = synthesized.get(name) ?? synthesize(settings)
  synthesized.set(name, templates)
  return templates
}

const synthesize = (settings: unknown) => {
  const { state, service } = appOf(settings)
  const templates = { state: Template.fromStack(state), service: Template.fromStack(service) }
  const all = [templates.state, templates.service].flatMap((template) =>
    Object.entries(template.toJSON().Resources as Record<string, Resource>)
  )
  return {
    ...templates,
    stackNames: [state.stackName, service.stackName],
    ofType: (type: string): Resource[] => all.map(([, each]) => each).filter(({ Type }) => Type === type),
    byId: new Map(all)
  }
}

export interface Statement {
  readonly Effect: string
  readonly Action: string | string[]
  readonly Resource: unknown
  readonly Principal?: unknown
  readonly Condition?: unknown
}

export const listOf = <T>(one: T | readonly T[]): readonly T[] => (Array.isArray(one) ? one : [one as T])

/** ARNs as a person would write them; references to other resources become `<id>`. */
export const arnText = (value: unknown): string => {
  if (typeof value === 'string') return value
  const {
    'Fn::Join': join,
    Ref,
    'Fn::GetAtt': attribute,
    'Fn::ImportValue': imported
  } = value as Record<string, never>
  if (join) return (join[1] as unknown[]).map(arnText).join('')
  if (Ref) return `<${Ref}>`
  return attribute ? `<${attribute[0]}>` : `<${imported}>`
}
