/** What has been created, replaced or dropped in any session, as far as columns may differ by it. */
export interface Catalog {
  /** How many changes there were. */
  readonly changes: () => number
  /** Notes what a statement may have changed. */
  readonly change: (sql: string) => void
  /** Notes that anything may have changed. */
  readonly changeAll: () => void
  /** The number of the last change that may have given a table or view other columns. */
  readonly changedAt: (name: string) => number
  /** Notes the query of a view, in DuckDB's SQL: the view changes with what it names. */
  readonly noteView: (name: string, query: string) => void
}

/** Of tasks and procedures nobody selects. */
const changesColumns = (sql: string): boolean =>
  /^(create|alter|drop)\b(?!\s+(or\s+replace\s+)?(task|procedure)\b)/i.test(sql)

/** These change one table or view, and those that read it. */
const changedName =
  /^(?:create|drop)\s+(?:or\s+replace\s+)?(?:(?:transient|temp|temporary)\s+)?(?:table|view)\s+(?:if\s+(?:not\s+)?exists\s+)?(\w+)(?=[\s(;]|$)/i

/** Names stand in double quotes; those within a text are none. */
const namesIn = (query: string): ReadonlySet<string> =>
  new Set(
    [...query.matchAll(/'(?:[^']|'')*'|"((?:[^"]|"")*)"/g)].flatMap(([, name]) =>
      name === undefined ? [] : [name.replaceAll('""', '"')]
    )
  )

export const openCatalog = (): Catalog => {
  let count = 0
  let allAt = 0
  const changed = new Map<string, number>()
  const views = new Map<string, ReadonlySet<string>>()

  const changeWithReaders = (name: string): void => {
    if (changed.get(name) === count) return
    changed.set(name, count)
    for (const [view, names] of views) if (names.has(name)) changeWithReaders(view)
  }
  const changeAll = (): void => {
    count += 1
    allAt = count
  }
  return {
    changes: () => count,
    changeAll,
    change: (sql) => {
      if (!changesColumns(sql)) return
      const name = changedName.exec(sql)?.[1]?.toUpperCase()
      if (name === undefined) return changeAll()
      count += 1
      changeWithReaders(name)
    },
    changedAt: (name) => Math.max(allAt, changed.get(name) ?? 0),
    noteView: (name, query) => void views.set(name, namesIn(query))
  }
}
