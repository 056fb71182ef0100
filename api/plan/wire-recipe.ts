import { nameFlaw } from './attribute.ts'
import { attributeName } from './attribute-name.ts'
import { expressionFlaw } from './expression.ts'
import { maxItemBytes } from './limits.ts'
import { misplacedOption } from './misplaced-option.ts'
import type { RowOptions } from './row-options.ts'
import type { TargetTable } from './target-table.ts'
import { mostNames, WireNames } from './wire-names.ts'

/** What is to be done with a column; a key, a version and an index key are looked at beside being written. */
export const role = {
  known: 1,
  /** The rules must say what becomes of it. */
  unsure: 2,
  /** A delete does not look at it. */
  skipped: 4,
  /** Option `types` names it. */
  typed: 8,
  key: 16,
  version: 32,
  indexKey: 64
} as const

/**
 * What rows of one table with the same options have in common, found once and not for each row. The decisions are
 * those of `planRow` and of what it calls; here they are only remembered by column.
 */
export class WireRecipe {
  readonly options: RowOptions
  readonly table: TargetTable
  readonly names = new WireNames()
  /** By the number of a column's name. */
  readonly roles = new Uint8Array(mostNames)
  /** The number of the attribute that the column becomes: two columns may become one. */
  readonly attributes = new Int16Array(mostNames)
  /** `"name":`, as it stands in the item. */
  readonly prefixes: Buffer[] = []
  readonly nameBytes = new Int32Array(mostNames)
  readonly attributeNames: string[] = []
  /** Bytes by which attribute names may be longer than the columns' names. */
  longer = 0
  private readonly attributeIds = new Map<string, number>()
  private readonly needed: ReadonlySet<string> | undefined
  private readonly added: ReadonlySet<string>

  constructor(options: RowOptions, table: TargetTable) {
    this.options = options
    this.table = table
    const { version, ttl, stamp } = options
    this.needed =
      options.mode === 'delete'
        ? new Set([...table.keys.map(({ name }) => name), ...(version === undefined ? [] : [version])])
        : undefined
    this.added = new Set([ttl?.attribute, stamp].filter((name) => name !== undefined))
  }

  /** The role of a column, by the number of its name. */
  roleOf(id: number): number {
    return this.roles[id] || this.classify(id)
  }

  /** Forgets all columns, because there are too many of them. */
  clear(): void {
    this.names.clear()
    this.roles.fill(0)
    this.attributeIds.clear()
    this.attributeNames.length = 0
    this.longer = 0
  }

  private classify(id: number): number {
    const { options, needed } = this
    const column = this.names.text(id)
    const name = options.rename.get(column) ?? attributeName(column, options.names)
    const roles = needed && !needed.has(name) ? role.known | role.skipped : role.known | this.rolesOf(name)
    const known = this.attributeIds.get(name) ?? this.attributeIds.size
    this.attributeIds.set(name, known)
    this.attributes[id] = known
    this.attributeNames[id] = name
    const prefix = Buffer.from(`${JSON.stringify(name)}:`)
    this.prefixes[id] = prefix
    this.nameBytes[id] = Buffer.byteLength(name)
    this.longer += prefix.length
    this.roles[id] = roles
    return roles
  }

  private rolesOf(name: string): number {
    const { options, table } = this
    if (nameFlaw(name) !== undefined || this.added.has(name)) return role.unsure
    return (
      (options.types.has(name) ? role.typed : 0) |
      (table.keys.some((key) => key.name === name) ? role.key : 0) |
      (options.version === name ? role.version : 0) |
      (table.indexKeys.some((key) => key.name === name) ? role.indexKey : 0)
    )
  }
}

/** Rows that may be read straight into their wire form; all others take the general road. */
export const isPlainRecipe = (options: RowOptions, table: TargetTable): boolean => {
  const { mode, tombstone, keys, ttl, stamp } = options
  if (mode === 'update' || keys.size > 0 || (mode === 'delete' && tombstone)) return false
  if (misplacedOption(options, table)) return false
  // What the plan adds by itself would have to fit an index.
  if (table.indexKeys.some(({ name }) => name === ttl?.attribute || name === stamp)) return false
  return expressionFlaw(largestWrite(options, table)) === undefined
}

/** The write whose condition says the most: what it may say does not depend on the row, except for the version. */
const largestWrite = ({ condition, version }: RowOptions, table: TargetTable) => ({
  key: { attributes: new Map(table.keys.map(({ name }) => [name, { S: '' }])), text: '' },
  action: { kind: 'delete' } as const,
  version: version === undefined ? undefined : { attribute: version, value: { S: 'x'.repeat(maxItemBytes) } },
  condition
})
