import type { SchemaElement } from 'hyparquet'
import { parquetWriteBuffer } from 'hyparquet-writer'

/** A Parquet file of one optional column `v`, its values as they are stored. */
export const oneColumnParquet = (element: Omit<SchemaElement, 'name'>, values: readonly unknown[]) =>
  new Uint8Array(
    parquetWriteBuffer({
      schema: [
        { name: 'root', num_children: 1 },
        { name: 'v', repetition_type: 'OPTIONAL', ...element }
      ],
      columnData: [{ name: 'v', data: [...values] }]
    })
  )
