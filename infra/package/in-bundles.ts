import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A third party's package that is a part of our bundles. */
export interface BundledPackage {
  readonly name: string
  readonly version: string
  readonly license: string
  /** Texts of its license and notice files. */
  readonly texts: readonly string[]
  /** `sha512-…` of its archive, from the lock file. */
  readonly integrity: string | undefined
}

interface Manifest {
  readonly name: string
  readonly version: string
  readonly license?: string | { readonly type: string }
}

/** Paths of a bundler's inputs → the packages that they are of, in the order of their names. */
export const packagesIn = (root: string, inputs: Iterable<string>): readonly BundledPackage[] => {
  const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as {
    readonly packages: Readonly<Record<string, { readonly integrity?: string }>>
  }
  const folders = new Set(
    [...inputs].flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? [])
  )
  return [...folders]
    .map((folder) => {
      const { name, version, license } = JSON.parse(
        readFileSync(join(root, folder, 'package.json'), 'utf8')
      ) as Manifest
      return {
        name,
        version,
        license: (typeof license === 'object' ? license.type : license) ?? 'UNKNOWN',
        texts: textsIn(join(root, folder)),
        integrity: lock.packages[folder]?.integrity
      }
    })
    .toSorted((one, other) => (`${one.name}@${one.version}` < `${other.name}@${other.version}` ? -1 : 1))
}

const textsIn = (folder: string): string[] =>
  existsSync(folder)
    ? readdirSync(folder)
        .filter((name) => /^(licen[cs]e|notice|copying)/i.test(name) && !/\.(js|ts|html)$/.test(name))
        .toSorted()
        .map((name) => readFileSync(join(folder, name), 'utf8').replaceAll('\r\n', '\n').trim())
    : []

/** The notices of all packages; a text that several share is printed once. */
export const noticesOf = (packages: readonly BundledPackage[]): string => {
  const byText = new Map<string, BundledPackage[]>()
  for (const each of packages)
    for (const text of each.texts.length > 0
      ? each.texts
      : [`${each.license} (the package holds no text of it)`])
      byText.set(text, [...(byText.get(text) ?? []), each])
  const parts = [...byText].map(
    ([text, those]) => `${those.map(({ name, version }) => `${name} ${version}`).join(', ')}\n\n${text}\n`
  )
  return `push-to-dynamo holds code of these packages.\n\n${parts.join(`\n${'-'.repeat(80)}\n\n`)}`
}

/** What is really in the bundles, as CycloneDX 1.5: https://cyclonedx.org/docs/1.5/json/ */
export const sbomOf = (version: string, packages: readonly BundledPackage[]): object => ({
  $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
  bomFormat: 'CycloneDX',
  specVersion: '1.5',
  version: 1,
  metadata: {
    component: {
      type: 'library',
      'bom-ref': `pkg:npm/push-to-dynamo@${version}`,
      name: 'push-to-dynamo',
      version,
      purl: `pkg:npm/push-to-dynamo@${version}`
    }
  },
  components: packages.map(({ name, version, license, integrity }) => {
    const purl = `pkg:npm/${name.replace('@', '%40')}@${version}`
    return {
      type: 'library',
      'bom-ref': purl,
      name,
      version,
      purl,
      licenses: [/[ ()]/.test(license) ? { expression: license } : { license: { id: license } }],
      ...(integrity === undefined
        ? {}
        : {
            hashes: [
              {
                alg: 'SHA-512',
                content: Buffer.from(integrity.replace('sha512-', ''), 'base64').toString('hex')
              }
            ]
          })
    }
  })
})
