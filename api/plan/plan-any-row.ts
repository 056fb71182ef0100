import { JsonObject } from '../json/json-value.ts'
import { itemBytes } from './item-size.ts'
import type { PlanContext } from './plan-context.ts'
import { planRow } from './plan-row.ts'
import type { PlannedWrite } from './planned-write.ts'
import { addedAttributes } from './row-attributes.ts'
import type { RowOptions } from './row-options.ts'
import type { Flaw } from './row-result.ts'
import { type RowToPlan, unplanned } from './row-to-plan.ts'
import type { TargetTable } from './target-table.ts'
import { itemText } from './wire.ts'
import type { WireTerms } from './wire-item.ts'
import { isPlainRecipe, WireRecipe } from './wire-recipe.ts'
import { WireRows } from './wire-row.ts'
import { WireWrite } from './wire-write.ts'

/** Planning is synchronous, so one reader serves all plans. */
const wireRows = new WireRows()

/** Options are read once for many rows, as a rule, and so is what follows from them. */
const recipes = new WeakMap<RowOptions, Recipe>()

/** Rows of options that are not plain have no recipe. */
type Recipe = WireRecipe | { readonly table: TargetTable; readonly isUntyped: boolean }

/**
 * One row → its write, or the flaw for which it can never be written, by the road that suits it: a row that is still
 * JSON or cells goes straight into DynamoDB's JSON, and whatever is unusual about it asks `planRow`. Both roads give the
 * same: a property holds it so.
 */
export const rowPlanner = (
  table: TargetTable,
  context: PlanContext
): ((row: RowToPlan) => PlannedWrite | Flaw) => {
  const known = new Map<RowOptions, WireTerms | undefined>()
  const termsOf = (options: RowOptions): WireTerms | undefined => {
    if (known.has(options)) return known.get(options)
    const terms = wireTerms(options, table, context)
    known.set(options, terms)
    return terms
  }
  return (read) => {
    if (read instanceof WireWrite && read.isPlannedFor(table, context)) return read
    const row = unplanned(read)
    const { item, rowNumber, options } = row
    if (item instanceof JsonObject) return planRow({ ...row, table }, context)
    const terms = termsOf(options)
    const write = terms && wireRows.plan(item, rowNumber, terms)
    return write ?? planRow({ ...row, table }, context)
  }
}

/**
 * What rows of a table with the same options have in common, for `takeRow`.
 *
 * @param again the row by its number as it came, for another plan
 * @returns undefined when they must be looked at by the general road
 */
export const wireTerms = (
  options: RowOptions,
  table: TargetTable,
  context: PlanContext,
  again?: WireTerms['again']
): WireTerms | undefined => {
  const recipe = recipeOf(options, table, context.isUntyped === true)
  return recipe instanceof WireRecipe ? { ...termsOfRecipe(recipe, context), again } : undefined
}

/**
 * Plans a row while its JSON is read for the first time, from where it begins.
 *
 * @returns undefined when it is not JSON or anything but plain
 */
export const takeRow = (
  bytes: Buffer,
  start: number,
  rowNumber: number,
  terms: WireTerms
): WireWrite | undefined => wireRows.take(bytes, start, rowNumber, terms)

/** Makes room for a row of so many bytes of text, where that is known: else a long row is seldom taken. */
export const roomFor = (length: number): void => wireRows.roomFor(length)

/** Where the row ended that was taken last. */
export const takenTo = (): number => wireRows.readTo

const recipeOf = (options: RowOptions, table: TargetTable, isUntyped: boolean): Recipe => {
  const known = recipes.get(options)
  if (known?.table === table && known.isUntyped === isUntyped) return known
  const recipe = isPlainRecipe(options, table)
    ? new WireRecipe(options, table, isUntyped)
    : { table, isUntyped }
  recipes.set(options, recipe)
  return recipe
}

const termsOfRecipe = (recipe: WireRecipe, context: PlanContext): WireTerms => {
  const { options, table } = recipe
  const added = options.mode === 'delete' ? new Map() : addedAttributes(options, context)
  const text = itemText(added).slice(1, -1)
  return {
    recipe,
    options,
    table,
    context,
    added: Buffer.from(text === '' ? '' : `,${text}`),
    addedBytes: itemBytes(added),
    lookPast: new Set([options.ttl?.attribute, options.stamp].filter((name) => name !== undefined))
  }
}
