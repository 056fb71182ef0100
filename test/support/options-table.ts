import type { AttributeValue } from '@aws-sdk/client-dynamodb'

/**
 * The table (mode x nulls x names x types): what is sent in each cell, and what the table then holds, written
 * out by hand so that the code under test has no part in it.
 */
export interface OptionsCell {
  readonly mode: 'put' | 'update' | 'delete'
  readonly nulls: 'keep' | 'omit' | 'remove'
  readonly names: keyof typeof attributeNames
  /** An option `types` for the value, or `none`. */
  readonly type: string
  /** Names the item of the cell, in its key. */
  readonly id: string
}

/** The columns ITEM_ID, UNIT_VALUE and OLD_NOTE as the option `names` makes them. */
export const attributeNames = {
  as_is: { key: 'ITEM_ID', value: 'UNIT_VALUE', note: 'OLD_NOTE' },
  lower: { key: 'item_id', value: 'unit_value', note: 'old_note' },
  camel: { key: 'itemId', value: 'unitValue', note: 'oldNote' }
} as const

const hi = new Uint8Array(Buffer.from('hi'))

/** By type: JSON that fits and what it becomes, JSON that does not and its reject code. */
const samples: Readonly<
  Record<string, { good: string; becomes: AttributeValue; bad: string; code?: string }>
> = {
  none: { good: '12.50', becomes: { N: '12.5' }, bad: '1e126', code: 'number_out_of_range' },
  S: { good: '7.10', becomes: { S: '7.10' }, bad: '[]' },
  N: { good: '"0042.50"', becomes: { N: '42.5' }, bad: '"x"' },
  B: { good: '"aGk="', becomes: { B: hi }, bad: '"aGk"' },
  BOOL: { good: 'false', becomes: { BOOL: false }, bad: '0' },
  SS: { good: '["a","b","a"]', becomes: { SS: ['a', 'b'] }, bad: '[]' },
  NS: { good: '[1.0,2,"1"]', becomes: { NS: ['1', '2'] }, bad: '["x"]' },
  BS: { good: '["aGk=","aGk="]', becomes: { BS: [hi] }, bad: '["aGk"]' },
  M: { good: '"{\\"n\\":1.0}"', becomes: { M: { n: { N: '1' } } }, bad: '[]' },
  L: { good: '[1,null]', becomes: { L: [{ N: '1' }, { NULL: true }] }, bad: '{}' },
  epoch: { good: '"2026-11-24 12:00:00.9 +0200"', becomes: { N: '1795514400' }, bad: '"2026-02-30"' }
}

export const optionsCells: readonly OptionsCell[] = (['put', 'update', 'delete'] as const).flatMap((mode) =>
  (['keep', 'omit', 'remove'] as const).flatMap((nulls) =>
    (['as_is', 'lower', 'camel'] as const).flatMap((names) =>
      Object.keys(samples).map((type) => ({
        mode,
        nulls,
        names,
        type,
        id: `${mode} ${nulls} ${names} ${type}`
      }))
    )
  )
)

/** Item and options of a cell, as JSON text. */
export const sentIn = ({ mode, nulls, names, type, id }: OptionsCell, fit: 'good' | 'bad') => ({
  item: `{"ITEM_ID":${JSON.stringify(id)},"UNIT_VALUE":${samples[type]?.[fit]},"OLD_NOTE":null}`,
  options: JSON.stringify({
    mode,
    nulls,
    names,
    ...(type === 'none' ? {} : { types: { [attributeNames[names].value]: type } })
  })
})

type ItemRecord = Readonly<Record<string, AttributeValue>>

/** What lies in the table before the cell's row arrives. */
export const storedBefore = ({ names, id }: OptionsCell): ItemRecord => {
  const { key, value, note } = attributeNames[names]
  return { [key]: { S: id }, [value]: { S: 'before' }, [note]: { S: 'before' }, kept: { S: 'before' } }
}

/** What lies there after it; undefined for nothing. */
export const storedAfter = (cell: OptionsCell): ItemRecord | undefined => {
  const { key, value, note } = attributeNames[cell.names]
  const { becomes } = samples[cell.type] ?? { becomes: { NULL: true } }
  const both = { [key]: { S: cell.id }, [value]: becomes }
  const isNull = { [note]: { NULL: true } as AttributeValue }
  switch (cell.mode) {
    case 'put':
      return cell.nulls === 'keep' ? { ...both, ...isNull } : both
    case 'update': {
      const kept = { ...both, kept: { S: 'before' } }
      if (cell.nulls === 'remove') return kept
      return cell.nulls === 'keep' ? { ...kept, ...isNull } : { ...kept, [note]: { S: 'before' } }
    }
    case 'delete':
      return undefined
    default:
      return cell.mode satisfies never
  }
}

/** The answer to the row that fits, or to the one that does not: a delete looks at its key only. */
export const answerIn = ({ mode, type }: OptionsCell, fit: 'good' | 'bad') => {
  if (mode === 'delete') return { status: 'deleted' }
  return fit === 'good'
    ? { status: 'written' }
    : { status: 'rejected', code: samples[type]?.code ?? 'unsupported_value' }
}
