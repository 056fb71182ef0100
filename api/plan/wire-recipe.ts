import type { JsonColumns } from '../json/json-cells.ts'
import { nameFlaw } from './attribute.ts'
import { attributeName } from './attribute-name.ts'
import { expressionFlaw } from './expression.ts'
import { maxItemBytes } from './limits.ts'
import { misplacedOption } from './misplaced-option.ts'
import type { RowOptions } from './row-options.ts'
import type { KeyAttribute, TargetTable } from './target-table.ts'
import { hashOf, longer, WireNames } from './wire-names.ts'

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
  readonly isUntyped: boolean
  readonly names = new WireNames()
  /** By the number of a column's name. */
  roles = new Uint8Array(0)
  /** The number of the attribute that the column becomes: two columns may become one. */
  attributes = new Int16Array(0)
  /** `"name":`, as it stands in the item. */
  readonly prefixes: Buffer[] = []
  nameBytes = new Int32Array(0)
  readonly attributeNames: string[] = []
  /** The place of its attribute in the table's key, or -1, and what keys, those of indexes included, want of it. */
  keyPlaces = new Int8Array(0)
  readonly wanted: (readonly KeyAttribute[])[] = []
  /** Bytes by which attribute names may be longer than the columns' names. */
  longer = 0
  private readonly attributeIds = new Map<string, number>()
  private readonly needed: ReadonlySet<string> | undefined
  private readonly added: ReadonlySet<string>

  private columns: { readonly of: JsonColumns; readonly ids: readonly number[] | undefined } | undefined

  /** @param isUntyped cells are text, and a key takes its type from the table */
  constructor(options: RowOptions, table: TargetTable, isUntyped: boolean) {
    this.options = options
    this.table = table
    this.isUntyped = isUntyped
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

  /** The numbers of a chunk's columns; undefined when there are too many, or their names need a closer look. */
  columnIds(columns: JsonColumns): readonly number[] | undefined {
    if (this.columns?.of === columns) return this.columns.ids
    let ids: number[] | undefined = []
    for (const name of columns.names) {
      const bytes = Buffer.from(name)
      const id = name.isWellFormed() ? this.names.idOf(bytes, 0, bytes.length, hashOf(bytes)) : -1
      if (id < 0) {
        ids = undefined
        break
      }
      ids.push(id)
    }
    this.columns = { of: columns, ids }
    return ids
  }

  /** Forgets all columns, because there are too many of them. */
  clear(): void {
    this.names.clear()
    this.columns = undefined
    this.roles.fill(0)
    this.attributeIds.clear()
    this.attributeNames.length = 0
    this.wanted.length = 0
    this.longer = 0
  }

  private classify(id: number): number {
    const { options, needed, table } = this
    this.makeRoom(this.names.room)
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
    const place = table.keys.findIndex((key) => key.name === name)
    this.keyPlaces[id] = place
    this.wanted[id] =
      place < 0 ? table.indexKeys.filter((key) => key.name === name) : table.keys.slice(place, place + 1)
    this.longer += prefix.length
    this.roles[id] = roles
    return roles
  }

  private makeRoom(names: number): void {
    if (this.roles.length >= names) return
    this.roles = longer(this.roles, new Uint8Array(names))
    this.attributes = longer(this.attributes, new Int16Array(names))
    this.nameBytes = longer(this.nameBytes, new Int32Array(names))
    this.keyPlaces = longer(this.keyPlaces, new Int8Array(names))
  }

  private rolesOf(name: string): number {
    const { options, table, isUntyped } = this
    const key = table.keys.find((each) => each.name === name)
    // Of untyped keys only text is what it says.
    const isTyped = options.types.has(name) || (isUntyped && key !== undefined && key.type !== 'S')
    if (nameFlaw(name) !== undefined || this.added.has(name)) return role.unsure
    return (
      (isTyped ? role.typed : 0) |
      (key === undefined ? 0 : role.key) |
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
