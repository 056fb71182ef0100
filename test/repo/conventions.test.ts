import { existsSync, globSync, readFileSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = new URL('../..', import.meta.url).pathname
const filesIn = (pattern: string): string[] => globSync(pattern, { cwd: root }).toSorted()
const textOf = (file: string): string => readFileSync(join(root, file), 'utf8')

/** Modules that a file imports at run time: type imports are erased. */
const importsOf = (file: string): string[] =>
  [...textOf(file).matchAll(/^import (?!type\b)(?:[\s\S]*?from )?'([^']+)'/gm)].map(([, path = '']) =>
    path.startsWith('.') ? normalize(join(dirname(file), path)) : path
  )

describe('the repository', () => {
  it('keeps the plan pure: it imports itself, json and zod, and touches neither clock nor environment', () => {
    for (const file of filesIn('api/plan/*.ts')) {
      expect(
        importsOf(file).filter((path) => !/^api\/(plan|json)\//.test(path) && path !== 'zod'),
        file
      ).toEqual([])
      expect(textOf(file), file).not.toMatch(/Date\.now|new Date\(\)|Math\.random|process\.|await /)
    }
  })

  it('reads the environment in the composition roots only', () => {
    const readers = filesIn('api/**/*.ts').filter((file) => textOf(file).includes('process.env'))
    const roots =
      /^api\/(http|bulk|cli\/push-to-dynamo|setup\/[\w-]+|local\/(start|serve|load|look|redrive|simulate|[\w-]*worker))\.ts$/
    expect(readers.filter((file) => !roots.test(file))).toEqual([])
  })

  it('keeps what is for development out of the Lambdas', () => {
    const seen = new Set<string>()
    const follow = (file: string): void => {
      if (seen.has(file) || !file.endsWith('.ts')) return
      seen.add(file)
      for (const path of importsOf(file)) follow(path)
    }
    follow('api/http.ts')
    follow('api/bulk.ts')
    expect([...seen].filter((file) => /^api\/(local|setup)\//.test(file))).toEqual([])
    const packages = new Set([...seen].flatMap(importsOf).filter((path) => !path.startsWith('api/')))
    for (const name of ['snowflake-sdk', '@duckdb/node-api', 'dynalite', '@polyglot-sql/sdk'])
      expect(packages).not.toContain(name)
  })

  it('sends user data by the plain client: the document client is for the ledger', () => {
    const users = filesIn('api/**/*.ts').filter((file) => importsOf(file).includes('@aws-sdk/lib-dynamodb'))
    expect(users.every((file) => file.startsWith('api/ledger/'))).toBe(true)
  })

  it('has one version of all AWS clients, and imports zod as a namespace, which bundles can take apart', () => {
    const { dependencies, devDependencies } = JSON.parse(textOf('package.json'))
    const versions = Object.entries<string>({ ...dependencies, ...devDependencies })
      .filter(([name]) => name.startsWith('@aws-sdk/'))
      .map(([, version]) => version)
    expect(new Set(versions).size).toBe(1)
    const whole = filesIn('{api,infra}/**/*.ts').filter((file) =>
      /import (type )?\{[^}]*\} from 'zod'/.test(textOf(file))
    )
    expect(whole).toEqual([])
  })

  it('keeps files small: one idea each', () => {
    const long = filesIn('{api,infra}/**/*.ts').filter((file) => textOf(file).split('\n').length > 201)
    expect(long).toEqual([])
  })

  // The linter holds two more: 4 parameters, and 60 lines a function unless a comment says why (`.biome.json`).
  it('has no boolean as first argument: a call would not say what it means', () => {
    const first = /\(\s*\w+(\?)?(: boolean\b(?!\[)| = (true|false)\b)/
    const functions = filesIn('{api,infra}/**/*.ts').filter((file) =>
      textOf(file)
        .split('\n')
        .some((line) => first.test(line) && /=>|function|\): /.test(line))
    )
    expect(functions).toEqual([])
  })

  it('has nothing at its top level but what is agreed', () => {
    const agreed =
      /^(api|sql|infra|test|cdk\.json|package\.json|package-lock\.json|tsconfig\.json|README\.md|LICENSE|\..*|node_modules|cdk\.out)$/
    expect(globSync('*', { cwd: root }).filter((name) => !agreed.test(name))).toEqual([])
  })

  it('names only files that exist in comments and READMEs', () => {
    // A path from the top, such as `sql/smoke.sql`; not the end of a longer one, and not a pattern.
    const paths = /(?<![\w./*…-])(?:api|sql|infra|test)\/[\w/.-]*\.(?:ts|mjs|sql|md|py)\b/g
    for (const file of filesIn('{*.md,.github/*.md,{api,sql,infra,test}/**/*.{ts,mjs,sql,md}}'))
      for (const [path] of textOf(file).matchAll(paths))
        expect(existsSync(join(root, path)), `${file} names ${path}`).toBe(true)
  })
})
